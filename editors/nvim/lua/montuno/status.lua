--- What the server says of itself: `montuno/status`.
local M = {}

---@type table<integer, montuno.Status>
local by_client = {}

---@param client_id integer
---@param status? montuno.Status nil when the client has ended
function M.set(client_id, status)
  by_client[client_id] = status
  vim.api.nvim_exec_autocmds('User', { pattern = 'MontunoStatus', modeline = false, data = { client_id = client_id } })
  vim.cmd.redrawstatus({ bang = true })
end

---@param buffer integer
---@return string
function M.summary(buffer)
  local client = vim.lsp.get_clients({ bufnr = buffer, name = 'montuno' })[1]
  if not client then
    return ''
  end
  local status = by_client[client.id]
  if not status then
    return 'Montuno'
  end
  local progress = status.progress
  if progress then
    local done = progress.done and (' %d%%'):format(progress.done * 100) or ''
    return 'Montuno: ' .. progress.what .. done
  end
  return status.summary
end

return M

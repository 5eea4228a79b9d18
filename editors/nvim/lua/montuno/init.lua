--- Montuno in Neovim: starts the server, shows its ghost text, tells its status. All else is Neovim's own client.
local M = {}

--- Options that come before those of `vim.g.montuno`. Not needed otherwise.
---@param options? table see |montuno-options|
function M.setup(options)
  require('montuno.options').set(options)
  if vim.fn.has('nvim-0.11') == 1 and vim.v.vim_did_enter == 1 then
    -- The configuration was made of the options of before.
    vim.lsp.config('montuno', require('montuno.client').config())
  end
end

--- Starts the server wherever a file of one of its languages is open. The plugin calls it.
---@param group integer the group of its autocommands
function M.start(group)
  local client = require('montuno.client')
  vim.api.nvim_create_autocmd('LspAttach', {
    group = group,
    callback = function(event)
      local attached = vim.lsp.get_client_by_id(event.data.client_id)
      if attached and attached.name == 'montuno' then
        require('montuno.ghost_text').attach(event.buf)
        require('montuno.dap').offer()
      end
    end,
  })
  if not require('montuno.options').get().autostart then
    return
  end
  if vim.fn.has('nvim-0.11') == 1 then
    vim.lsp.enable('montuno')
    return
  end
  local filetypes = require('montuno.options').get().filetypes
  vim.api.nvim_create_autocmd('FileType', {
    group = group,
    pattern = filetypes,
    callback = function(event)
      client.attach(event.buf)
    end,
  })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.tbl_contains(filetypes, vim.bo[buffer].filetype) then
      client.attach(buffer)
    end
  end
end

--- A few words for a status line: the index, the model. Empty where Montuno is not.
---@param buffer? integer
---@return string
function M.status(buffer)
  return require('montuno.status').summary(buffer or 0)
end

--- Takes the ghost text. False where there is none, so that a key can do something else.
---@return boolean
function M.accept()
  return require('montuno.ghost_text').accept('all')
end

--- Takes its next word.
---@return boolean
function M.accept_word()
  return require('montuno.ghost_text').accept('word')
end

--- Takes the rest of its line.
---@return boolean
function M.accept_line()
  return require('montuno.ghost_text').accept('line')
end

--- Debugs the test or the program at the cursor, by nvim-dap.
function M.debug()
  require('montuno.dap').debug()
end

return M

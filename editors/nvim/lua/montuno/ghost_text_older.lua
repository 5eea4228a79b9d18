--- Ghost text for Neovim 0.10 and 0.11, which do not know `textDocument/inlineCompletion` yet.
local M = {}

local METHOD = 'textDocument/inlineCompletion'
local namespace = vim.api.nvim_create_namespace('montuno.ghost_text')
local group = vim.api.nvim_create_augroup('montuno.ghost_text', {})

--- What is shown, and where.
---@type { buffer: integer, row: integer, column: integer, text: string }?
local shown
--- The question that is asked at the moment: whatever answers an earlier one is too late.
local asked = 0
local cancel ---@type fun()?

function M.hide()
  if shown and vim.api.nvim_buf_is_valid(shown.buffer) then
    vim.api.nvim_buf_clear_namespace(shown.buffer, namespace, 0, -1)
  end
  shown = nil
end

---@param buffer integer
---@param row integer from 0
---@param column integer in bytes
---@param text string
local function show(buffer, row, column, text)
  M.hide()
  local lines = vim.split(text, '\n', { plain = true })
  local below = vim.tbl_map(function(line)
    return { { line, 'Comment' } }
  end, vim.list_slice(lines, 2))
  vim.api.nvim_buf_set_extmark(buffer, namespace, row, column, {
    virt_text = { { lines[1], 'Comment' } },
    virt_text_pos = 'inline',
    virt_lines = #below > 0 and below or nil,
    hl_mode = 'combine',
  })
  shown = { buffer = buffer, row = row, column = column, text = text }
end

--- Keeps what is shown where the user types along it.
---@param buffer integer
---@return boolean
local function goes_along(buffer)
  if not shown or shown.buffer ~= buffer then
    return false
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  if row - 1 ~= shown.row or column < shown.column then
    return false
  end
  local typed = vim.api.nvim_get_current_line():sub(shown.column + 1, column)
  if #typed >= #shown.text or not vim.startswith(shown.text, typed) then
    return false
  end
  if typed ~= '' then
    show(buffer, shown.row, column, shown.text:sub(#typed + 1))
  end
  return true
end

---@param buffer integer
local function ask(buffer)
  if cancel then
    cancel()
    cancel = nil
  end
  asked = asked + 1
  local turn, tick = asked, vim.b[buffer].changedtick
  local clients = require('montuno.client')
  local client = clients.clients(buffer)[1]
  if not client or not client.server_capabilities.inlineCompletionProvider then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = 2 }
  local cursor = vim.api.nvim_win_get_cursor(0)
  local sent, id = clients.call(client, 'request', METHOD, params, function(_, result)
    local is_late = turn ~= asked or vim.api.nvim_get_current_buf() ~= buffer or tick ~= vim.b[buffer].changedtick
    if is_late or not vim.startswith(vim.api.nvim_get_mode().mode, 'i') then
      return
    end
    local item = result and (result.items or result)[1]
    if item and item.insertText ~= '' then
      show(buffer, cursor[1] - 1, cursor[2], item.insertText)
    else
      M.hide()
    end
  end, buffer)
  cancel = sent and function()
    clients.call(client, 'cancel_request', id)
  end or nil
end

---@param buffer integer
function M.attach(buffer)
  vim.api.nvim_clear_autocmds({ group = group, buffer = buffer })
  vim.api.nvim_create_autocmd({ 'InsertEnter', 'TextChangedI', 'CursorMovedI' }, {
    group = group,
    buffer = buffer,
    callback = function()
      if not goes_along(buffer) then
        M.hide()
      end
      if require('montuno.ghost_text').is_on() then
        ask(buffer)
      end
    end,
  })
  vim.api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave' }, {
    group = group,
    buffer = buffer,
    callback = function()
      asked = asked + 1
      M.hide()
    end,
  })
end

---@param part montuno.Part
---@return boolean
function M.accept(part)
  local ghost_text = require('montuno.ghost_text')
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  if not shown or shown.buffer ~= vim.api.nvim_get_current_buf() or shown.row ~= row - 1 or shown.column ~= column then
    return false
  end
  local taken, left = ghost_text.split(shown.text, part)
  -- A key that is mapped to an expression may not change the text.
  vim.schedule(function()
    M.hide()
    ghost_text.insert(taken)
    if left ~= '' then
      local now = vim.api.nvim_win_get_cursor(0)
      show(vim.api.nvim_get_current_buf(), now[1] - 1, now[2], left)
    end
  end)
  return true
end

return M

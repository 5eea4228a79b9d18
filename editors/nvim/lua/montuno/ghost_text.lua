--- Ghost text: what the model would write, shown while you type. From Neovim 0.12 on the editor shows it; before that,
--- `montuno.ghost_text_older` does. Taking it by word and by line is ours in both.
local M = {}

---@alias montuno.Part 'all'|'word'|'line'

local native = vim.lsp.inline_completion
local snoozed ---@type uv.uv_timer_t?
local is_on ---@type boolean?

--- What is left after a part was taken, until the editor shows it again.
---@type { buffer: integer, tick: integer, text: string }?
local rest

---@return boolean
function M.is_on()
  if is_on == nil then
    is_on = require('montuno.options').get().ghost_text
  end
  return is_on
end

--- A text in two: the part that is taken, and what is left.
---@param text string
---@param part montuno.Part
---@return string, string
function M.split(text, part)
  local taken = text
  if part == 'word' then
    taken = text:match('^%s*[%w_\128-\255]+') or text:match('^%s*[^%w%s_\128-\255]+') or text
  elseif part == 'line' then
    taken = text:match('^\r?\n*[^\n]*')
  end
  return taken, text:sub(#taken + 1)
end

--- Puts a text where the cursor is, and the cursor behind it.
---@param text string
function M.insert(text)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local lines = vim.split(text, '\n', { plain = true })
  -- What is taken can be undone by itself.
  vim.o.undolevels = vim.o.undolevels
  vim.api.nvim_buf_set_text(0, row - 1, column, row - 1, column, lines)
  local last = #lines[#lines]
  vim.api.nvim_win_set_cursor(0, { row + #lines - 1, #lines == 1 and column + last or last })
end

---@param text string
---@param part montuno.Part
local function take(text, part)
  local taken, left = M.split(text, part)
  M.insert(taken)
  local buffer = vim.api.nvim_get_current_buf()
  rest = left ~= '' and { buffer = buffer, tick = vim.b[buffer].changedtick, text = left } or nil
end

--- What the editor would insert, less what was typed of it meanwhile. Nil where something else was typed.
---@param item vim.lsp.inline_completion.Item
---@return string?
local function untyped(item)
  local text = item.insert_text
  if type(text) ~= 'string' or not item.range then
    return type(text) == 'string' and text or nil
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local start_row, start_column = item.range:to_extmark()
  if start_row ~= row - 1 or start_column > column then
    return
  end
  local typed = vim.api.nvim_get_current_line():sub(start_column + 1, column)
  return vim.startswith(text, typed) and text:sub(#typed + 1) or nil
end

--- Takes the ghost text or a part of it. False where there is none.
---@param part montuno.Part
---@return boolean
function M.accept(part)
  if not native then
    return require('montuno.ghost_text_older').accept(part)
  end
  local is_shown = native.get({
    on_accept = function(item)
      local text = untyped(item)
      if text and text ~= '' then
        take(text, part)
      end
    end,
  })
  if is_shown then
    return true
  end
  local buffer = vim.api.nvim_get_current_buf()
  if rest and rest.buffer == buffer and rest.tick == vim.b[buffer].changedtick then
    local left = rest.text
    vim.schedule(function()
      take(left, part)
    end)
    return true
  end
  return false
end

---@param buffer integer
function M.attach(buffer)
  if native then
    -- What the user has switched on for every buffer stays on.
    if M.is_on() then
      native.enable(true, { bufnr = buffer })
    end
  else
    require('montuno.ghost_text_older').attach(buffer)
  end
end

--- Switches it on or off until Neovim ends.
---@param on boolean
function M.enable(on)
  is_on = on
  if snoozed then
    snoozed:stop()
    snoozed = nil
  end
  if not native then
    return on or require('montuno.ghost_text_older').hide()
  end
  for _, client in ipairs(require('montuno.client').clients()) do
    for buffer in pairs(client.attached_buffers) do
      native.enable(on, { bufnr = buffer })
    end
  end
end

--- Switches it off for some minutes.
---@param minutes number
function M.snooze(minutes)
  M.enable(false)
  snoozed = vim.defer_fn(function()
    M.enable(true)
  end, minutes * 60000)
end

return M

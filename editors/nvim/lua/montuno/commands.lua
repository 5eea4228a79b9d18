--- `:Montuno …`
local M = {}

---@param message string
local function complain(message)
  vim.notify('Montuno: ' .. message, vim.log.levels.WARN)
end

--- Shows lines in a window of their own, which `q` closes.
---@param name string
---@param lines string[]
local function show(name, lines)
  vim.cmd.new()
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
  pcall(vim.api.nvim_buf_set_name, buffer, 'montuno://' .. name)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer })
end

--- Asks the server of the current buffer.
---@param method string
---@param params table
---@param answer fun(result: any, client: vim.lsp.Client)
local function ask(method, params, answer)
  local clients = require('montuno.client')
  local client = clients.clients(0)[1] or clients.clients()[1]
  if not client then
    return complain('it does not run here; `:checkhealth montuno` says why.')
  end
  clients.call(client, 'request', method, params, function(error, result)
    if error then
      return complain(error.message)
    end
    answer(result, client)
  end, 0)
end

---@type table<string, fun(argument?: string)>
local commands = {}

function commands.restart()
  require('montuno.client').restart()
end

function commands.log()
  vim.cmd.split(vim.fn.fnameescape(vim.lsp.get_log_path and vim.lsp.get_log_path() or vim.lsp.log.get_filename()))
  vim.cmd.normal({ 'G', bang = true })
end

function commands.status()
  ask('montuno/health', vim.empty_dict(), function(health)
    show('status', vim.split(health.report or vim.inspect(health), '\n'))
  end)
end

function commands.model(name)
  if name then
    return ask('montuno/models', { action = 'use', name = name }, function()
      vim.notify('Montuno: completes with ' .. name)
    end)
  end
  ask('montuno/models', vim.empty_dict(), function(answer)
    if #answer.models == 0 then
      return complain('no model is installed; see `montuno models --help`.')
    end
    vim.ui.select(answer.models, {
      prompt = 'Complete with',
      format_item = function(model)
        return (model.inUse and '● ' or '  ') .. model.name .. (model.problem and ': ' .. model.problem or '')
      end,
    }, function(model)
      if model then
        commands.model(model.name)
      end
    end)
  end)
end

function commands.ghost(how)
  local ghost_text = require('montuno.ghost_text')
  local minutes = how and tonumber(how)
  if minutes then
    ghost_text.snooze(minutes)
  elseif how == 'on' or how == 'off' then
    ghost_text.enable(how == 'on')
  elseif how == nil or how == 'toggle' then
    ghost_text.enable(not ghost_text.is_on())
  else
    complain('`:Montuno ghost` takes `on`, `off`, `toggle`, or for how many minutes it is to be silent.')
  end
end

function commands.explain()
  local client = require('montuno.client').clients(0)[1]
  local params = vim.lsp.util.make_position_params(0, client and client.offset_encoding or 'utf-16')
  ask('montuno/explainCompletion', params, function(explanation)
    show('explanation', vim.split(vim.inspect(explanation), '\n'))
  end)
end

function commands.debug()
  require('montuno.dap').debug()
end

---@param arguments string[]
function M.run(arguments)
  local command = commands[arguments[1]]
  if not command then
    local known = table.concat(vim.fn.sort(vim.tbl_keys(commands)), ', ')
    return complain(('there is no `:Montuno %s`; there are %s.'):format(arguments[1], known))
  end
  command(arguments[2])
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local words = vim.split(vim.trim(line), '%s+')
  local is_first = #words < 2 or (#words == 2 and lead ~= '')
  local known = is_first and vim.tbl_keys(commands) or words[2] == 'ghost' and { 'on', 'off', 'toggle', '30' } or {}
  return vim.fn.sort(vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, known))
end

return M

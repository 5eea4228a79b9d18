--- `:checkhealth montuno`
local M = {}

--- What a command prints, or why it does not. It is run where the first client is.
---@return string? output, string? problem
local function output_of(...)
  local ours = require('montuno.client')
  local client = ours.clients()[1]
  local options = { text = true, cwd = client and client.config.root_dir }
  local started, process = pcall(vim.system, ours.command(...), options)
  if not started then
    return nil, process
  end
  local result = process:wait(30000)
  if result.code == 124 then
    return nil, 'it does not answer within thirty seconds'
  end
  return result.stdout, result.code > 1 and vim.trim(result.stderr) or nil
end

local function check_editor()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10') == 0 then
    return vim.health.error('Neovim ' .. version, 'Montuno needs 0.10 or later.')
  end
  local shown_by = vim.lsp.inline_completion and 'Neovim' or 'this plugin'
  vim.health.ok(('Neovim %s; ghost text is shown by %s'):format(version, shown_by))
  local ghost_text = require('montuno.ghost_text').is_on() and 'on' or 'off'
  vim.health.info('ghost text is ' .. ghost_text)
  for _, name in ipairs(require('montuno.options').unknown()) do
    vim.health.warn(('there is no option `%s`'):format(name), ':help montuno-options')
  end
end

--- Whether the program is there. Says how to get it.
local function check_program()
  local program = require('montuno.options').get().command[1]
  local path = vim.fn.exepath(program)
  if path == '' then
    vim.health.error(('`%s` cannot be run'):format(program), {
      'Put it on your PATH: `cargo install --locked --path server` in a clone of Montuno.',
      "Or name it: `vim.g.montuno = { command = { '/path/to/montuno' } }`.",
    })
    return false
  end
  local version, problem = output_of('--version')
  if not version or version == '' then
    vim.health.error(path .. ' cannot be run', problem)
    return false
  end
  vim.health.ok(('%s: %s'):format(path, vim.trim(version)))
  return true
end

--- The running servers, and what they say of themselves.
local function check_clients()
  local ours = require('montuno.client')
  for _, client in ipairs(ours.clients()) do
    vim.health.ok('runs in ' .. (client.config.root_dir or 'no folder'))
    local misfit = ours.misfit({ serverInfo = client.server_info, capabilities = client.server_capabilities })
    if misfit then
      vim.health.error(misfit)
    end
    local answer = ours.call(client, 'request_sync', 'montuno/health', vim.empty_dict(), 10000, 0)
    vim.health.info(answer and answer.result and answer.result.report or 'it does not answer')
    for buffer in pairs(client.attached_buffers) do
      for _, other in ipairs(vim.lsp.get_clients({ bufnr = buffer })) do
        if other.name ~= 'montuno' then
          vim.health.info(('%s answers for %s, too'):format(other.name, vim.api.nvim_buf_get_name(buffer)), {
            'Leave it what it does better: the settings `disabled-languages` and `disabled-features`.',
          })
        end
      end
    end
  end
  if #ours.clients() == 0 then
    vim.health.info('no file is open that Montuno answers for')
  end
end

local function check_debugging()
  if pcall(require, 'dap') then
    vim.health.ok('nvim-dap is there')
  else
    vim.health.info('nvim-dap is not installed: there is no debugging in Neovim without it')
  end
  vim.health.info(output_of('doctor') or '`montuno doctor` does not run')
end

function M.check()
  vim.health.start('Montuno')
  check_editor()
  if not check_program() then
    return
  end
  check_clients()
  vim.health.start('Montuno: debugging')
  check_debugging()
end

return M

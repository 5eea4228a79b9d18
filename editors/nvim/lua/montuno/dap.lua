--- The entry for nvim-dap: the test or the program at the cursor, with no launch.json.
local M = {}

M.filetypes = { 'rust', 'c', 'cpp', 'python', 'go', 'javascript', 'javascriptreact', 'typescript', 'typescriptreact' }

--- Where the workspace of the current file begins: its settings choose the debuggers.
local function root()
  return require('montuno.client').root(vim.api.nvim_get_current_buf())
end

---@type table[]
M.configurations = {
  {
    type = 'montuno',
    request = 'launch',
    name = 'Montuno: test or program at the cursor',
    file = '${file}',
    line = function()
      return vim.fn.line('.')
    end,
  },
  {
    type = 'montuno',
    request = 'attach',
    name = 'Montuno: attach to a process',
    pid = function()
      return require('dap.utils').pick_process()
    end,
  },
}

--- Gives nvim-dap the adapter and its configurations. Once is enough; again does no harm.
function M.setup()
  local dap = require('dap')
  dap.adapters.montuno = function(callback)
    local command = require('montuno.client').command('dap')
    local program = table.remove(command, 1)
    callback({ type = 'executable', command = program, args = command, options = { cwd = root() } })
  end
  for _, filetype in ipairs(M.filetypes) do
    local known = dap.configurations[filetype] or {}
    for _, configuration in ipairs(M.configurations) do
      local is_known = vim.iter(known):any(function(other)
        return other.name == configuration.name
      end)
      if not is_known then
        table.insert(known, configuration)
      end
    end
    dap.configurations[filetype] = known
  end
end

--- Does so if nvim-dap has been loaded; a plugin that waits to be loaded is not woken.
function M.offer()
  if package.loaded.dap then
    M.setup()
  end
end

--- Debugs the test or the program at the cursor.
function M.debug()
  if not pcall(require, 'dap') then
    vim.notify('Montuno: debugging in Neovim needs the plugin nvim-dap.', vim.log.levels.WARN)
    return
  end
  M.setup()
  require('dap').run(M.configurations[1])
end

return M

-- What tests in Neovim have in common.
local M = {}

M.PATIENCE = tonumber(vim.env.MONTUNO_TEST_PATIENCE) or 60000

--- Runs one step, and says that it went well. A failed assertion ends Neovim with an error. `MONTUNO_TEST_ONLY` is a part of
--- the name of those that are run.
---@param name string
---@param test fun()
function M.step(name, test)
  if not name:find(vim.env.MONTUNO_TEST_ONLY or '', 1, true) then
    return
  end
  local went_well, problem = xpcall(test, debug.traceback)
  if not went_well then
    io.stderr:write(('failed: %s\n%s\n'):format(name, problem))
    vim.cmd('cquit 1')
  end
  io.stdout:write(('ok Neovim %s: %s\n'):format(tostring(vim.version()), name))
end

--- Waits until something holds; a failure says what did not.
---@param what string
---@param condition fun(): boolean?
---@param shown? fun(): any what is there instead
function M.wait(what, condition, shown)
  local came = vim.wait(M.PATIENCE, condition, 20)
  if not came then
    error('waited in vain for ' .. what .. (shown and ': ' .. vim.inspect(shown()) or ''))
  end
end

--- Calls a method of a client as this Neovim wants it.
---@param client vim.lsp.Client
function M.call(client, method, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client[method](client, ...)
  end
  return client[method](...)
end

---@class Child
---@field channel integer
local Child = {}
Child.__index = Child

--- Another Neovim, started as a user's is: with plugins, with keys that are typed.
---@param before? string what stands in its init.lua
---@return Child
function M.child(before)
  local init = vim.fs.joinpath(vim.env.XDG_CONFIG_HOME, 'nvim', 'init.lua')
  vim.fn.mkdir(vim.fs.dirname(init), 'p')
  local remember = 'NOTES = {} vim.notify = function(text) table.insert(NOTES, text) end '
  vim.fn.writefile(vim.split(remember .. (before or ''), '\n'), init)
  local channel = vim.fn.jobstart({ vim.v.progpath, '--embed', '--headless', '-i', 'NONE', '-n' }, { rpc = true })
  assert(channel > 0, 'Neovim starts')
  return setmetatable({ channel = channel }, Child)
end

--- Runs Lua there; `...` is given to it.
---@return any
function Child:lua(code, ...)
  return vim.rpcrequest(self.channel, 'nvim_exec_lua', code, { ... })
end

--- Types keys.
---@param keys string
function Child:type(keys)
  vim.rpcrequest(self.channel, 'nvim_input', keys)
end

---@param what string
---@param code string an expression
function Child:wait(what, code, ...)
  local arguments = { ... }
  M.wait(what, function()
    return self:lua('return ' .. code, unpack(arguments))
  end, function()
    return { self:lua('return { vim.api.nvim_buf_get_lines(0, 0, -1, false), NOTES, vim.fn.execute("messages") }') }
  end)
end

--- The text of the current buffer.
---@return string
function Child:text()
  return self:lua("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\\n')")
end

--- What was notified so far.
---@return string[]
function Child:notes()
  return self:lua('return NOTES')
end

function Child:open(path)
  self:lua('vim.cmd.edit(...)', path)
end

--- Waits until Montuno answers in the current buffer.
function Child:attached()
  self:wait('the client', "(function() local c = vim.lsp.get_clients({ name = 'montuno', bufnr = 0 })[1] return c and c.initialized or false end)()")
end

function Child:stop()
  vim.rpcnotify(self.channel, 'nvim_command', 'qall!')
  vim.fn.jobwait({ self.channel }, 5000)
end

return M

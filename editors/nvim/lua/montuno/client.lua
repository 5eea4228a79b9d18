--- The server as Neovim's client knows it: how it is found, started, checked, and started again when it fell.
local options = require('montuno.options')
local protocol = require('montuno.protocol')
local M = {}

--- More falls than this in so many seconds, and it is left alone.
local MOST_FALLS, FALLS_WITHIN = 4, 180

--- What Neovim calls a language, where LSP calls it otherwise.
local LANGUAGES = { sh = 'shellscript', bash = 'shellscript', cs = 'csharp' }

--- Folders of other people's code: a file there belongs to the workspace that led to it.
local LIBRARIES = { '/.cargo/registry/', '/rustlib/', '/site-packages/', '/node_modules/', '/pkg/mod/', '/typeshed/' }

local MANIFESTS = { 'Cargo.toml', 'pyproject.toml', 'go.mod', 'package.json', 'tsconfig.json', 'setup.py', 'CMakeLists.txt' }

--- How the process of the client that ends at the moment ended.
---@type { code: integer, signal: integer }?
local ending
--- Clients that are stopped in order to be started again.
---@type table<integer, boolean>
local restarting = {}
---@type integer[] when it fell
local falls = {}
local was_told_missing = false

---@param message string
---@param level? integer
local function say(message, level)
  vim.notify('Montuno: ' .. message, level or vim.log.levels.INFO)
end

--- Calls a method of a client as this Neovim wants it.
---@param client vim.lsp.Client
function M.call(client, method, ...)
  if vim.fn.has('nvim-0.11') == 1 then
    return client[method](client, ...)
  end
  return client[method](...)
end

--- The clients of Montuno, of a buffer or all.
---@param buffer? integer
---@return vim.lsp.Client[]
function M.clients(buffer)
  return vim.lsp.get_clients({ name = 'montuno', bufnr = buffer })
end

--- What a shell would run.
---@param ... string
---@return string[]
function M.command(...)
  return vim.list_extend(vim.deepcopy(options.get().command), { ... })
end

--- Where the workspace of a buffer begins.
---@param buffer integer
---@return string?
function M.root(buffer)
  local path = vim.fs.normalize(vim.api.nvim_buf_get_name(buffer))
  local running = M.clients()
  for _, library in ipairs(LIBRARIES) do
    if #running > 0 and path:find(library, 1, true) then
      return running[#running].config.root_dir
    end
  end
  local marked = vim.fs.root(buffer, { 'montuno.toml', '.git' }) or vim.fs.root(buffer, MANIFESTS)
  if marked then
    return marked
  end
  -- A folder that Neovim was started in is one that its user works on; the home folder is not.
  local folder = vim.fs.normalize(assert(vim.uv.cwd()))
  local is_inside = vim.startswith(path, folder .. '/') and folder ~= vim.fs.normalize('~')
  return is_inside and folder or nil
end

--- Whether the program is there; says once that it is not.
---@return boolean
local function is_there()
  local program = options.get().command[1]
  if vim.fn.executable(program) == 1 then
    return true
  end
  if not was_told_missing then
    was_told_missing = true
    say(
      ('`%s` cannot be run. Put it on your PATH, or name it in `vim.g.montuno = { command = { … } }`.'):format(program),
      vim.log.levels.WARN
    )
  end
  return false
end

--- Starts the process. That it fell is our matter: Neovim is told that it ended.
---@param dispatchers vim.lsp.rpc.Dispatchers
local function spawn(dispatchers)
  local on_exit = dispatchers.on_exit
  local ours = vim.tbl_extend('force', dispatchers, {
    on_exit = function(code, signal)
      ending = { code = code, signal = signal }
      on_exit(0, 0)
      ending = nil
    end,
  })
  return vim.lsp.rpc.start(M.command('lsp'), ours)
end

--- Says what is to be done where the server and this plugin do not understand each other.
---@param result lsp.InitializeResult
---@return string? problem
function M.misfit(result)
  local version = vim.tbl_get(result, 'serverInfo', 'version') or 'of an unknown version'
  local said = vim.tbl_get(result, 'capabilities', 'experimental', 'montuno')
  if not said or said.version < protocol.version then
    return ('the program (%s) is too old for this plugin. Update the program, or take the plugin that came with it: `montuno setup nvim`.'):format(version)
  end
  if (said.oldest or 1) > protocol.version then
    return ('the program (%s) is too new for this plugin. Update the plugin: `montuno setup nvim`.'):format(version)
  end
end

--- Starts a client for these buffers, as the one before was.
---@param config table
---@param buffers integer[]
local function start(config, buffers)
  for _, buffer in ipairs(buffers) do
    if vim.api.nvim_buf_is_loaded(buffer) then
      vim.lsp.start(config, { bufnr = buffer })
    end
  end
end

--- What is done when the process ended: again, unless somebody wanted its end.
local function ended(_, _, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  local how, wanted = ending or { code = 0, signal = 0 }, restarting[client_id]
  restarting[client_id] = nil
  local fell = how.code ~= 0 or (how.signal ~= 0 and how.signal ~= 15)
  local buffers = client and vim.tbl_keys(client.attached_buffers) or {}
  local was_ready = client and client.initialized
  vim.schedule(function()
    if vim.v.exiting ~= vim.NIL or not client then
      return
    end
    require('montuno.status').set(client_id, nil)
    if wanted then
      -- Not before Neovim has let the old client go.
      return vim.defer_fn(function()
        start(client.config, buffers)
      end, 100)
    end
    if not fell then
      return
    end
    local reason = how.signal ~= 0 and 'signal ' .. how.signal or 'exit code ' .. how.code
    if not was_ready then
      return say(('cannot be started (%s). `:Montuno log` says more.'):format(reason), vim.log.levels.ERROR)
    end
    local now = os.time()
    falls = vim.tbl_filter(function(fall)
      return now - fall < FALLS_WITHIN
    end, falls)
    table.insert(falls, now)
    if #falls > MOST_FALLS then
      local message = 'ended %d times in %d minutes (%s) and stays off. `:Montuno log` says more, `:Montuno restart` tries again.'
      M.fallen = { config = client.config, buffers = buffers }
      return say(message:format(#falls, FALLS_WITHIN / 60, reason), vim.log.levels.ERROR)
    end
    vim.defer_fn(function()
      start(client.config, buffers)
      say(('was restarted (%s); nothing is lost.'):format(reason))
    end, 100 * 2 ^ #falls)
  end)
end

--- Stops every client and starts it again. A server that does not end is ended.
function M.restart()
  falls = {}
  if M.fallen then
    start(M.fallen.config, M.fallen.buffers)
    M.fallen = nil
    return
  end
  for _, client in ipairs(M.clients()) do
    restarting[client.id] = true
    M.call(client, 'stop')
    vim.defer_fn(function()
      if vim.lsp.get_client_by_id(client.id) then
        M.call(client, 'stop', true)
      end
    end, 3000)
  end
end

--- The capabilities that Neovim does not say of itself.
local function capabilities()
  local ours = { experimental = { montuno = { version = protocol.version } } }
  if not vim.lsp.inline_completion then
    -- Ghost text of our own.
    ours.textDocument = { inlineCompletion = { dynamicRegistration = false } }
  end
  return vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), ours)
end

--- The configuration of the client.
---@return vim.lsp.Config
function M.config()
  local chosen = options.get()
  local settings = next(chosen.settings) and chosen.settings or vim.empty_dict()
  return {
    name = 'montuno',
    cmd = spawn,
    filetypes = chosen.filetypes,
    root_dir = function(buffer, on_dir)
      if is_there() then
        on_dir(M.root(buffer))
      end
    end,
    capabilities = capabilities(),
    settings = { montuno = settings },
    init_options = { settings = settings },
    before_init = function(params, config)
      local trusted = options.get().trusted
      if type(trusted) == 'function' then
        trusted = trusted(config.root_dir)
      end
      params.initializationOptions.trusted = trusted == true
    end,
    get_language_id = function(_, filetype)
      return LANGUAGES[filetype] or filetype
    end,
    handlers = {
      ['montuno/status'] = function(_, status, context)
        require('montuno.status').set(context.client_id, status)
      end,
    },
    on_init = function(_, result)
      local problem = M.misfit(result)
      if problem then
        say(problem, vim.log.levels.WARN)
      end
    end,
    on_exit = ended,
  }
end

--- Starts the client for a buffer, or gives the buffer to the one that runs (Neovim 0.10).
---@param buffer integer
function M.attach(buffer)
  local config = M.config()
  if vim.bo[buffer].buftype == '' and is_there() then
    config.root_dir = M.root(buffer)
    vim.lsp.start(config, { bufnr = buffer })
  end
end

return M

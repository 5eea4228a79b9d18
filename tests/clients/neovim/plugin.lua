-- The plugin `editors/nvim` in a Neovim as a user has it: it is installed, a file is opened, keys are typed.
--
-- Run by `cargo xtask clients neovim`: nvim --headless -u NONE -i NONE -l plugin.lua WORKSPACE. MONTUNO names the binary;
-- XDG_DATA_HOME has the plugin, and MONTUNO_DATA_DIR a model that says what `GHOST` is.
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local harness = dofile(vim.fs.joinpath(here, 'harness.lua'))
local step, wait = harness.step, harness.wait

local workspace = arg[1]
local GHOST = 'product = width * height\n    return 1'
local BODY = 'def area(width, height):\n    '
local command = ("vim.g.montuno = { command = { '%s' } }"):format(vim.env.MONTUNO)

--- What is shown as ghost text at the moment.
local SHOWN = [[
local name = vim.lsp.inline_completion and 'nvim.lsp.inline_completion' or 'montuno.ghost_text'
local namespace = vim.api.nvim_get_namespaces()[name]
local mark = namespace and vim.api.nvim_buf_get_extmarks(0, namespace, 0, -1, { details = true })[1]
if not mark then return '' end
local lines = { mark[4].virt_text[1][1] }
for _, line in ipairs(mark[4].virt_lines or {}) do table.insert(lines, line[1][1]) end
return table.concat(lines, '\n')
]]

--- A child with the file open, in insert mode in the body of the function.
local function writing(before)
  local child = harness.child(command .. '\n' .. (before or ''))
  child:open(vim.fs.joinpath(workspace, 'main.py'))
  child:attached()
  child:type('jA')
  return child
end

local function shows(child, text)
  wait('the ghost text ' .. vim.inspect(text), function()
    return child:lua(SHOWN) == text
  end, function()
    return { child:lua(SHOWN), child:text(), child:notes(), child:lua('return vim.api.nvim_get_mode()') }
  end)
end

local function has(child, text)
  wait('the text ' .. vim.inspect(text), function()
    return child:text() == text
  end, function()
    return child:text()
  end)
end

step('ghost text is shown and taken whole', function()
  local child = writing("vim.keymap.set('i', '<Tab>', function() return require('montuno').accept() and '' or '<Tab>' end, { expr = true })")
  shows(child, GHOST)
  child:type('<Tab>')
  has(child, BODY .. GHOST)
  shows(child, '')
  child:type('<Esc>u')
  has(child, BODY)
  -- Where nothing is shown, the key is itself.
  child:type('ggI<Tab>')
  wait('a tab', function()
    return vim.startswith(child:text(), '\t') or vim.startswith(child:text(), ' ')
  end)
  assert(#child:notes() == 0, vim.inspect(child:notes()))
  child:stop()
end)

step('ghost text is taken by word and by line', function()
  local child = writing([[
    vim.keymap.set('i', '<C-l>', '<Plug>(montuno-accept-word)')
    vim.keymap.set('i', '<C-j>', '<Plug>(montuno-accept-line)')
  ]])
  shows(child, GHOST)
  child:type('<C-l>')
  has(child, BODY .. 'product')
  child:type('<C-l>')
  has(child, BODY .. 'product =')
  child:type('<C-j>')
  has(child, BODY .. 'product = width * height')
  child:type('<C-j>')
  has(child, BODY .. GHOST)
  child:stop()
end)

step('what was typed along is not written twice', function()
  local child = writing()
  shows(child, GHOST)
  child:type('prod')
  has(child, BODY .. 'prod')
  shows(child, GHOST:sub(5))
  child:lua("require('montuno').accept()")
  has(child, BODY .. GHOST)
  child:stop()
end)

step('ghost text is switched off and on', function()
  local child = writing()
  shows(child, GHOST)
  child:type('<Cmd>Montuno ghost off<CR>')
  shows(child, '')
  child:type(' ')
  has(child, BODY .. ' ')
  child:type('<BS><Esc>')
  assert(child:lua("return require('montuno').accept()") == false)
  child:type('<Cmd>Montuno ghost on<CR>A')
  shows(child, GHOST)
  child:type('<Cmd>Montuno ghost 0.01<CR>')
  shows(child, '')
  wait('the end of the pause', function()
    return child:lua("return require('montuno.ghost_text').is_on()")
  end)
  child:stop()
end)

step('a server that is killed is restarted with one quiet message', function()
  local child = writing()
  shows(child, GHOST)
  child:type('answer = 42<Esc>')
  has(child, BODY .. 'answer = 42')
  local server = child:lua('return vim.api.nvim_get_proc_children(vim.fn.getpid())')
  assert(#server == 1, vim.inspect(server))
  assert(vim.uv.kill(server[1], 'sigkill') == 0)
  wait('another server', function()
    local now = child:lua('return vim.api.nvim_get_proc_children(vim.fn.getpid())')
    return #now == 1 and now[1] ~= server[1]
  end, function()
    return child:notes()
  end)
  child:attached()
  assert(child:text() == BODY .. 'answer = 42', 'no text is lost')
  -- The new server knows what was typed and never saved.
  child:lua([[
    local client = vim.lsp.get_clients({ name = 'montuno' })[1]
    local document = vim.lsp.util.make_text_document_params(0)
    local asked = { textDocument = document, position = { line = 1, character = 5 } }
    require('montuno.client').call(client, 'request', 'textDocument/hover', asked, function(problem, hover)
      HOVER = vim.inspect({ problem, hover })
    end, 0)
  ]])
  child:wait('an answer', 'HOVER ~= nil')
  local hover = child:lua('return HOVER')
  assert(hover:find('answer', 1, true), hover)
  local notes = child:notes()
  assert(#notes == 1 and notes[1]:find('was restarted (signal 9)', 1, true), vim.inspect(notes))
  local messages = vim.trim(child:lua("return vim.fn.execute('messages')"))
  assert(messages == '', 'nothing else is said: ' .. messages)
  child:stop()
end)

step('a server that keeps falling is left alone', function()
  local child = harness.child(("vim.g.montuno = { command = { '%s', '-l', '%s', 'fall' } }"):format(
    vim.v.progpath,
    vim.fs.joinpath(here, 'stand_in.lua')
  ))
  child:open(vim.fs.joinpath(workspace, 'main.py'))
  child:wait('a message', '#NOTES > 0')
  local notes = child:notes()
  assert(#notes == 1 and notes[1]:find('cannot be started (exit code 3)', 1, true), vim.inspect(notes))
  child:stop()
end)

step('a program that is missing, too old or too new is told of once', function()
  local cases = {
    { "command = { '/nowhere/montuno' }", 'cannot be run' },
    { '{"capabilities":{}}', 'too old' },
    { '{"capabilities":{"experimental":{"montuno":{"version":1,"oldest":2,"methods":[]}}}}', 'too new' },
  }
  for _, case in ipairs(cases) do
    local stand_in = "command = { '%s', '-l', '%s', '%s' }"
    local chosen = vim.startswith(case[1], 'command') and case[1]
      or stand_in:format(vim.v.progpath, vim.fs.joinpath(here, 'stand_in.lua'), case[1])
    local child = harness.child('vim.g.montuno = { ' .. chosen .. ' }')
    child:open(vim.fs.joinpath(workspace, 'main.py'))
    child:lua("vim.cmd.split(vim.fn.fnameescape(...))", vim.fs.joinpath(workspace, 'other.py'))
    child:wait('a message', '#NOTES > 0')
    local notes = child:notes()
    assert(#notes == 1 and notes[1]:find(case[2], 1, true), vim.inspect(notes))
    child:stop()
  end
end)

step('commands, status line and help', function()
  local child = writing()
  shows(child, GHOST)
  child:type('<Esc>')
  wait('the status', function()
    return child:lua("return require('montuno').status()"):find('^Montuno: made') ~= nil
  end, function()
    return child:lua("return require('montuno').status()")
  end)
  child:lua("vim.cmd('Montuno status')")
  child:wait('the report', "vim.api.nvim_buf_get_lines(0, 0, 1, false)[1]:find('montuno ', 1, true) == 1")
  assert(child:text():find('model       made', 1, true), child:text())
  child:type('q')
  child:lua("vim.cmd('Montuno explain')")
  child:wait('the explanation', "vim.api.nvim_buf_get_name(0):find('explanation', 1, true) ~= nil")
  child:type('q')
  child:lua("vim.cmd('Montuno nonsense')")
  child:wait('a complaint', "(NOTES[1] or ''):find('there is no `:Montuno nonsense`', 1, true) ~= nil")
  assert(vim.deep_equal(child:lua("return vim.fn.getcompletion('Montuno gh', 'cmdline')"), { 'ghost' }))
  local first = child:lua('return vim.api.nvim_get_proc_children(vim.fn.getpid())')[1]
  child:lua("vim.cmd('Montuno restart')")
  wait('another server', function()
    local now = child:lua('return vim.api.nvim_get_proc_children(vim.fn.getpid())')
    return #now == 1 and now[1] ~= first
  end)
  child:attached()
  child:lua("vim.cmd('helptags ALL')")
  assert(vim.deep_equal(child:lua("return vim.fn.getcompletion('montuno-opt', 'help')"), { 'montuno-options' }))
  child:stop()
end)

step('it works beside a second client, and checkhealth says so', function()
  local child = writing()
  child:type('<Esc>')
  child:lua([[
    vim.lsp.start({ name = 'other', cmd = { vim.v.progpath, '-l', ..., '{"capabilities":{"hoverProvider":true}}' } })
  ]], vim.fs.joinpath(here, 'stand_in.lua'))
  child:wait('both', '#vim.lsp.get_clients({ bufnr = 0 }) == 2')
  child:lua("vim.cmd('checkhealth montuno')")
  local report = child:text()
  for _, said in ipairs({ vim.env.MONTUNO, 'other answers for', 'debuggers', 'runs in ' .. workspace }) do
    assert(report:find(said, 1, true), said .. '\n' .. report)
  end
  assert(not report:find('ERROR', 1, true), report)
  child:stop()
end)

step('nvim-dap is given the adapter and its configurations', function()
  local child = writing([[
    package.preload.dap = function()
      return { adapters = {}, configurations = { python = { { name = 'mine' } } }, run = function(what) RUN = what end }
    end
  ]])
  child:type('<Esc>')
  child:lua("vim.cmd('Montuno debug')")
  local names = child:lua([[
    return vim.tbl_map(function(one) return one.name end, require('dap').configurations.python)
  ]])
  assert(names[1] == 'mine' and names[2] == 'Montuno: test or program at the cursor' and #names == 3, vim.inspect(names))
  local run = child:lua('RUN.line = RUN.line() return RUN')
  assert(run.type == 'montuno' and run.file == '${file}' and run.line == 2, vim.inspect(run))
  local adapter = child:lua("local got require('dap').adapters.montuno(function(a) got = a end) return got")
  assert(adapter.command == vim.env.MONTUNO and adapter.args[1] == 'dap', vim.inspect(adapter))
  assert(adapter.options.cwd == workspace, vim.inspect(adapter))
  child:stop()
end)

vim.cmd('qall!')

-- The real binary in Neovim, by the plugin, on a real package: what a user does in the first minute.
--
-- Run by `cargo xtask clients neovim` once Neovim has started as a user's does, with the plugin installed. MONTUNO names
-- the binary, MONTUNO_TEST_LANGUAGE and MONTUNO_TEST_ROOT what is opened. A failed assertion ends Neovim with an error.

local language, root = vim.env.MONTUNO_TEST_LANGUAGE, vim.env.MONTUNO_TEST_ROOT
local here = vim.fs.dirname(debug.getinfo(1, 'S').source:sub(2))
local case = dofile(vim.fs.joinpath(here, language .. '.lua'))
local harness = dofile(vim.fs.joinpath(here, 'harness.lua'))
local wait = harness.wait
local PATIENCE = harness.PATIENCE

local function step(name, test)
  harness.step(language .. ' ' .. name, test)
end

vim.cmd.edit(vim.fs.joinpath(root, case.file))
local buffer = vim.api.nvim_get_current_buf()
local client

--- Puts the cursor on the first place where `pattern` stands, `inside` characters into it.
local function go(pattern, inside)
  vim.fn.cursor(1, 1)
  local found = vim.fn.search('\\C\\V' .. pattern, 'cW')
  assert(found > 0, pattern .. ' stands in ' .. case.file)
  if inside and inside > 0 then
    vim.fn.cursor(found, vim.fn.col('.') + inside)
  end
end

--- The answer to a question about the place of the cursor.
local function ask(method, extra)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  local asked = vim.tbl_extend('force', params, extra or {})
  local answer = assert(harness.call(client, 'request_sync', method, asked, PATIENCE, 0))
  assert(not answer.err, vim.inspect(answer.err))
  return answer.result
end

step('attaches', function()
  wait('the client', function()
    client = vim.lsp.get_clients({ bufnr = buffer, name = 'montuno' })[1]
    return client ~= nil and client.initialized
  end)
end)

step('hover', function()
  go(unpack(case.hover.at))
  local hover = ask('textDocument/hover')
  assert(hover.contents.value:find(case.hover.says, 1, true), vim.inspect(hover))
  -- And as a user sees it: in a window.
  vim.lsp.buf.hover()
  wait('the window', function()
    return #vim.api.nvim_list_wins() == 2
  end)
  vim.api.nvim_win_close(vim.api.nvim_list_wins()[2], true)
end)

step('definition', function()
  go(unpack(case.definition.at))
  vim.lsp.buf.definition()
  wait('the jump', function()
    return vim.api.nvim_get_current_line():find(case.definition.line, 1, true) ~= nil
  end)
  vim.cmd.edit(vim.fs.joinpath(root, case.file))
end)

step('references', function()
  go(unpack(case.references.at))
  local found = ask('textDocument/references', { context = { includeDeclaration = true } })
  assert(#found >= case.references.at_least, vim.inspect(found))
end)

step('completion', function()
  go(unpack(case.completion.at))
  local list = ask('textDocument/completion')
  local labels = vim.tbl_map(function(item)
    return item.label
  end, list.items or list)
  local found = vim.iter(labels):any(function(label)
    return vim.startswith(label, case.completion.offers)
  end)
  assert(found, table.concat(labels, ' '))
end)

step('rename', function()
  go(unpack(case.rename.at))
  vim.lsp.buf.rename(case.rename.to)
  wait('the new name', function()
    return vim.fn.search('\\C\\<' .. case.rename.to .. '\\>', 'nw') > 0
  end)
  local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
  local _, count = text:gsub('%f[%w_]' .. case.rename.to .. '%f[^%w_]', '')
  assert(count == case.rename.places, 'renamed in ' .. count .. ' places')
  vim.cmd('silent undo')
end)

step('findings come and go', function()
  local function errors()
    return vim.diagnostic.get(buffer, { severity = vim.diagnostic.severity.ERROR })
  end
  assert(#errors() == 0, vim.inspect(errors()))
  local last = vim.api.nvim_buf_line_count(buffer)
  vim.api.nvim_buf_set_lines(buffer, last, last, false, case.broken)
  wait('a finding', function()
    return #errors() > 0
  end)
  vim.api.nvim_buf_set_lines(buffer, last, -1, false, {})
  wait('its end', function()
    return #errors() == 0
  end)
end)

step('code action', function()
  local last = vim.api.nvim_buf_line_count(buffer)
  vim.api.nvim_buf_set_lines(buffer, last, last, false, case.action.lines)
  go(unpack(case.action.at))
  wait('the action', function()
    local range = vim.lsp.util.make_range_params(0, client.offset_encoding)
    range.context = { diagnostics = {} }
    local answer = harness.call(client, 'request_sync', 'textDocument/codeAction', range, PATIENCE, buffer)
    return answer and answer.result and vim.iter(answer.result):any(function(action)
      return action.title:find(case.action.title, 1, true) ~= nil
    end)
  end)
  vim.lsp.buf.code_action({
    filter = function(action)
      return action.title:find(case.action.title, 1, true) ~= nil
    end,
    apply = true,
  })
  wait('its edit', function()
    local text = table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), '\n')
    if case.action.removes then
      return text:find(case.action.removes, 1, true) == nil
    end
    return text:find(case.action.makes, 1, true) ~= nil
  end)
end)

step('ends', function()
  harness.call(client, 'stop')
  wait('the end', function()
    return harness.call(client, 'is_stopped')
  end)
end)
vim.cmd('qall!')

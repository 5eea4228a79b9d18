-- Starts Montuno for the languages that it knows, and makes `:Montuno`. Nothing is loaded before the first file.
if vim.g.loaded_montuno then
  return
end
vim.g.loaded_montuno = true

if vim.fn.has('nvim-0.10') == 0 then
  vim.notify('Montuno needs Neovim 0.10 or later.', vim.log.levels.WARN)
  return
end

local group = vim.api.nvim_create_augroup('montuno', {})

-- `setup` may still come: start once the configuration of the user has been read.
local function begin()
  require('montuno').start(group)
end
if vim.v.vim_did_enter == 1 then
  vim.schedule(begin)
else
  vim.api.nvim_create_autocmd('VimEnter', { group = group, once = true, callback = begin })
end

vim.api.nvim_create_user_command('Montuno', function(command)
  require('montuno.commands').run(command.fargs)
end, {
  nargs = '+',
  desc = 'Montuno: restart, status, log, model, ghost, explain, debug',
  complete = function(lead, line)
    return require('montuno.commands').complete(lead, line)
  end,
})

for name, accept in pairs({ accept = 'accept', ['accept-word'] = 'accept_word', ['accept-line'] = 'accept_line' }) do
  vim.keymap.set('i', '<Plug>(montuno-' .. name .. ')', function()
    require('montuno')[accept]()
  end, { desc = 'Montuno: take the ghost text (' .. name .. ')' })
end

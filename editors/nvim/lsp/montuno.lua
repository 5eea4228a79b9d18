-- What `vim.lsp.config.montuno` begins with (Neovim 0.11 and later). Change it as any other:
-- `vim.lsp.config('montuno', { … })`.
return require('montuno.client').config()

--- What a user can choose: `vim.g.montuno = { … }`, or `require('montuno').setup({ … })`.
local M = {}

---@class montuno.Options
---@field command string[] The program, and what is put before its own arguments.
---@field filetypes string[] The file types that it is started for.
---@field settings table Its settings, as `montuno.toml` has them.
---@field trusted boolean|fun(root: string?): boolean Whether what a workspace supplies may be run.
---@field ghost_text boolean Whether what the model would write is shown while you type.
---@field autostart boolean Whether it starts by itself.
local defaults = {
  command = { 'montuno' },
  filetypes = {
    'python', 'rust', 'go', 'typescript', 'typescriptreact', 'javascript', 'javascriptreact', 'c', 'cpp', 'java', 'cs',
    'ruby', 'php', 'sh', 'bash', 'lua', 'json', 'jsonc', 'toml', 'yaml', 'html', 'css', 'markdown',
  },
  settings = {},
  trusted = false,
  ghost_text = true,
  autostart = true,
}

---@type table
local from_setup = {}

---@param options? table
function M.set(options)
  from_setup = options or {}
end

---@return montuno.Options
function M.get()
  local options = vim.deepcopy(defaults)
  for _, layer in ipairs({ vim.g.montuno or {}, from_setup }) do
    for name, value in pairs(layer) do
      options[name] = value
    end
  end
  if type(options.command) == 'string' then
    options.command = { options.command }
  end
  return options
end

--- The names that are none of ours: they are mistakes of spelling.
---@return string[]
function M.unknown()
  local unknown = {}
  for _, layer in ipairs({ vim.g.montuno or {}, from_setup }) do
    for name in pairs(layer) do
      if defaults[name] == nil then
        table.insert(unknown, name)
      end
    end
  end
  return unknown
end

return M

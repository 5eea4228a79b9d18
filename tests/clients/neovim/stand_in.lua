-- A language server that says of itself what it is told to: nvim -l stand_in.lua JSON. `JSON` is its answer to
-- `initialize`; `"fall"` ends it with exit code 3 instead.
local said = arg[1]
io.stdout:setvbuf('no')
while true do
  local length
  for line in io.lines() do
    line = line:gsub('\r$', '')
    if line == '' then
      break
    end
    length = tonumber(line:match('^Content%-Length: (%d+)')) or length
  end
  if not length then
    os.exit(0)
  end
  local message = vim.json.decode(io.read(length))
  if message.method == 'exit' then
    os.exit(0)
  end
  if said == 'fall' then
    os.exit(3)
  end
  if message.id then
    local result = message.method == 'initialize' and said or 'null'
    local answer = ('{"jsonrpc":"2.0","id":%d,"result":%s}'):format(message.id, result)
    io.write(('Content-Length: %d\r\n\r\n%s'):format(#answer, answer))
  end
end

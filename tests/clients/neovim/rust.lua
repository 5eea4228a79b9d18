-- What is asked of the crate bstr.
return {
  file = 'src/escape_bytes.rs',
  hover = { at = { 'crate::decode_utf8', 7 }, says = 'fn decode' },
  definition = { at = { 'crate::decode_utf8', 7 }, line = 'pub fn decode' },
  references = { at = { 'pub struct EscapeBytes', 11 }, at_least = 5 },
  completion = { at = { 'self.remaining', 5 }, offers = 'remaining' },
  rename = { at = { 'let nybble = byte >> 4', 4 }, to = 'high_half', places = 2 },
  broken = { 'fn broken() { name_that_is_not_there(); }' },
  action = {
    lines = { 'struct Bare(u8);' },
    at = { 'struct Bare', 7 },
    title = 'Generate `new`',
    makes = 'fn new(',
  },
}

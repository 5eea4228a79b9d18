-- What is asked of the package attrs.
return {
  file = 'attr/_funcs.py',
  hover = { at = { 'get_generic_base(cls)', 4 }, says = 'get_generic_base' },
  definition = { at = { 'get_generic_base(cls)', 4 }, line = 'def get_generic_base' },
  references = { at = { 'def asdict', 4 }, at_least = 5 },
  completion = { at = { 'copy.copy', 6 }, offers = 'copy' },
  rename = { at = { 'generic_base = ', 0 }, to = 'origin_of_class', places = 3 },
  broken = { 'print(name_that_is_not_there)' },
  action = {
    lines = { 'import zipfile' },
    at = { 'import zipfile', 7 },
    title = 'Remove the import of',
    removes = 'import zipfile',
  },
}

// Writes the page that says which case passes where.

const SIGNS = { passes: '✓', fails: '✗', none: '–' };

/** The page, from the groups of cases and what came of each. */
export function tableOf(groups, results) {
  const names = [...new Set(results.map(({ backend }) => backend))].sort();
  const at = new Map(results.map((result) => [`${result.side} ${result.backend} ${result.name}`, result]));
  const sign = (side, backend, name) => SIGNS[at.get(`${side} ${backend} ${name}`)?.state] ?? '';
  const lines = [
    '# What each debugger can do, alone and behind Montuno',
    '',
    'Made by `node conformance.mjs --table FILE` from a run of the cases in `tests/clients/debug/cases` with VS Code\'s client library:',
    'the debugger alone on the left, `montuno dap` before it on the right. ✓ passes, ✗ fails, – the adapter does not claim to have it.',
    'The tests fail if a case passes alone and not behind Montuno.',
  ];
  for (const [title, cases] of Object.entries(groups)) {
    lines.push('', `## ${title}`, '', `| case | ${names.join(' | ')} |`, `| --- |${' --- |'.repeat(names.length)}`);
    for (const name of Object.keys(cases)) {
      const cells = names.map((backend) => `${sign('bare', backend, name)} ${sign('ours', backend, name)}`);
      lines.push(`| ${name} | ${cells.join(' | ')} |`);
    }
  }
  const total = (side) => results.filter((result) => result.side === side && result.state === 'passes').length;
  lines.push('', `Passing: ${total('bare')} alone, ${total('ours')} behind Montuno, of ${results.length / 2}.`, '');
  return lines.join('\n');
}

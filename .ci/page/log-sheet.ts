import type { Sheet } from './browser.ts';
import type { SampleLog } from './sample-logs.ts';

/** Colours by the tag that a line starts with, as the web page of Azure Pipelines shows them. */
const tags = new Set(['section', 'error', 'warning', 'debug', 'command']);

const style = `
  * { box-sizing: border-box; margin: 0 }
  body { width: 740px; background: #1f1f1f; color: #e6e6e6; font-family: 'Segoe UI', 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif }
  header { display: flex; align-items: center; gap: 12px; padding: 13px 18px; background: #353535; font-size: 17px; font-weight: 600 }
  header svg { width: 20px; height: 20px }
  ol { list-style: none; padding: 12px 0 14px; font: 14px/21px Consolas, Menlo, 'Liberation Mono', monospace; counter-reset: line }
  li { counter-increment: line; display: flex; padding: 0 18px 0 0 }
  li::before { content: counter(line); flex: none; width: 44px; padding-right: 14px; text-align: right; color: #8a8a8a }
  li span { min-width: 0; overflow-wrap: anywhere; white-space: pre-wrap }
  .section { color: #6bc46d } .error { color: #ff6b68 } .warning { color: #f2a14e } .debug { color: #c586c0 } .command { color: #5cb3ff }
`;
const check = `<svg viewBox="0 0 20 20"><circle cx="10" cy="10" r="10" fill="#55a362"/><path d="m5.500 10.500 3 3 6-6.500" fill="none" stroke="#fff" stroke-width="2"/></svg>`;
const cross = `<svg viewBox="0 0 20 20"><circle cx="10" cy="10" r="10" fill="#cd4a45"/><path d="m6.500 6.500 7 7m0-7-7 7" stroke="#fff" stroke-width="2"/></svg>`;

/** A page that shows a log as Azure Pipelines does. */
export function toLogSheet({ title, hasFailed, lines }: SampleLog): Sheet {
  const items = lines.map((line) => `<li>${toSpan(line)}</li>`);
  const html = `<!doctype html><meta charset="utf-8"><style>${style}</style><body>
<header>${hasFailed ? cross : check}${escape(title)}</header>
<ol>${items.join('\n')}</ol>`;
  return { html, width: 740, scale: 2 };
}

// The page hides the tag of a section; that of an error stands there as it was written.
function toSpan(line: string): string {
  const [whole = '', tag = ''] = /^##\[(\w+)\]/.exec(line) ?? [];
  if (!tags.has(tag)) return `<span>${escape(line)}</span>`;
  const text = tag === 'section' ? line.slice(whole.length) : line;
  return `<span class="${tag}">${escape(text)}</span>`;
}

/** A text as it stands in HTML. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

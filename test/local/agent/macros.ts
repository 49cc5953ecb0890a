/**
 * Replaces `$(name)` once, from left to right, without looking into what was put in; an unknown name stays
 * as it is (`MA/Util/VarUtil.cs:147-205`).
 */
export function expandMacros(text: string, lookUp: (name: string) => string | undefined): string {
  let expanded = text;
  let from = 0;
  while (from < expanded.length) {
    const start = expanded.indexOf('$(', from);
    const end = start < 0 ? -1 : expanded.indexOf(')', start + 2);
    if (end < 0) break;
    const name = expanded.slice(start + 2, end);
    const value = name === '' ? undefined : lookUp(name);
    if (value !== undefined) {
      expanded = expanded.slice(0, start) + value + expanded.slice(end + 1);
    }
    from = start + (value?.length ?? 1);
  }
  return expanded;
}

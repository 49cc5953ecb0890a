// The password in an URL's userinfo (`MA/AdditionalMaskingRegexes.cs`), the agent's only regular expression.
const urlPassword =
  /(?<=\/\/[^:/?#\n]+:)(?:[\w\-.~]|%(?:AZP25)?[0-9a-fA-F]{2}|[!$&'()*+,;=]|:)+(?=@)/g;

interface Range {
  readonly start: number;
  end: number;
}

/**
 * Replaces registered secrets by `***`, with the encoders and the merging of the agent's default masker
 * (`MA/HostContext.cs:187-223`). What was printed before a registration stays as it is.
 */
export class Masker {
  readonly #values = new Set<string>();

  /** Registers a value and its encoded forms; an empty value is ignored. */
  add(value: string): void {
    for (const form of [value, jsonEscape(value), uriEscape(value), backslashUnescape(value)]) {
      if (form !== '') this.#values.add(form);
    }
  }

  /** Masks one line. */
  mask(text: string): string {
    const ranges = mergeRanges([...this.#findValues(text), ...findPasswords(text)]);
    let masked = '';
    let position = 0;
    for (const { start, end } of ranges) {
      masked += `${text.slice(position, start)}***`;
      position = end;
    }
    return masked + text.slice(position);
  }

  *#findValues(text: string): Iterable<Range> {
    for (const value of this.#values) {
      // One step on, not one length on: occurrences may overlap each other.
      for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
        yield { start: at, end: at + value.length };
      }
    }
  }
}

function findPasswords(text: string): Range[] {
  // The lookbehind is slow on long lines, and nothing can match without these.
  if (!text.includes('//') || !text.includes('@')) return [];
  return [...text.matchAll(urlPassword)].map(({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
}

/** Adjacent ranges become one as well, so that two secrets side by side are one `***`. */
function mergeRanges(ranges: Range[]): Range[] {
  const merged: Range[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else merged.push({ start, end });
  }
  return merged;
}

/** `JsonStringEscape`: as Newtonsoft.Json writes a string, without the quotes. */
function jsonEscape(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replace(
      /[\u0085\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/** `UriDataEscape`: `Uri.EscapeDataString`, which leaves only the unreserved characters of RFC 3986. */
function uriEscape(value: string): string {
  return encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** `BackslashEscape`, which in spite of its name takes escapes away. */
function backslashUnescape(value: string): string {
  return value
    .replaceAll('\\\\', '\\')
    .replaceAll("\\'", "'")
    .replaceAll('\\"', '"')
    .replaceAll('\\t', '\t');
}

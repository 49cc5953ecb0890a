/** At most this much of a foreign text is shown. */
const maximumLength = 600;

/**
 * A text of unknown origin, made safe for the log: one line, no control characters or terminal
 * escapes, nothing the agent takes for a command, nothing that looks like a token, of bounded length.
 */
export function neutralise(text: string): string {
  const short = text.slice(0, maximumLength * 4);
  const clean = short
    .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/##(?=vso|\[)/gi, '#_')
    .replace(/eyJ[\w-]*(?:\.[\w-]*)*/g, '(token removed)')
    .replace(/[\w+=~-]{48,}/g, (run) => (/\d/.test(run) && /[A-Z]/.test(run) ? '(removed)' : run))
    .trim();
  return clean.length > maximumLength ? `${clean.slice(0, maximumLength)} ...` : clean;
}

/** A value of the user's in double quotes, made safe for the log. */
export function quote(value: string): string {
  const clean = neutralise(value);
  return `"${clean.length > 200 ? `${clean.slice(0, 200)} ...` : clean}"`;
}

/** Names as prose: `a, b or c`. */
export function listOf(names: readonly string[]): string {
  return names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

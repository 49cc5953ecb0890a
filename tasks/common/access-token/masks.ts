/**
 * The forms in which tools print a token: itself, and what it looks like inside the base64 of a Basic
 * header, whatever user name stands before it. Base64 turns three bytes into four characters, so a
 * value has three forms, depending on where it begins.
 */
export function toMasks(token: string): readonly string[] {
  const forms = new Set([token]);
  for (const before of [0, 1, 2]) {
    const encoded = btoa('\0'.repeat(before) + token);
    // The first characters carry bits of what stands before, the last one bits of what follows.
    const start = [0, 2, 3][before] ?? 0;
    const known = Math.floor(((before + token.length) * 8) / 6);
    forms.add(encoded.slice(start, known));
    // The end of a header: the same with its own last character and padding.
    forms.add(encoded.slice(start));
  }
  return [...forms];
}

import { parseJsonObject, textField } from '../text/json.ts';

/** What an error answer of the token endpoint says. */
export interface EntraError {
  readonly error: string | undefined;
  readonly number: number | undefined;
  /** The sentence after the number, without the ids that follow it. */
  readonly sentence: string;
  readonly correlationId: string | undefined;
  readonly traceId: string | undefined;
  readonly timestamp: string | undefined;
}

/** Reads an error answer of the token endpoint; undefined for a body that is none. */
export function parseEntraError(body: string): EntraError | undefined {
  const fields = parseJsonObject(body);
  const text = (name: string): string | undefined => textField(fields, name);
  // Long enough for any that Entra writes; a hostile one must not keep the patterns below busy.
  const description = (text('error_description') ?? '').slice(0, 4000);
  if (text('error') === undefined && description === '') return undefined;
  return {
    error: text('error'),
    number: toNumber(description, fields?.['error_codes']),
    sentence: description.split(/\s*Trace ID:/i, 1)[0] ?? '',
    correlationId: toId(text('correlation_id'), description, 'Correlation ID'),
    traceId: toId(text('trace_id'), description, 'Trace ID'),
    timestamp:
      /^[\d-]{8,10}[ T][\d:.]{5,16}Z?$/.exec(text('timestamp') ?? '')?.[0] ??
      /Timestamp: ([\d-]{8,10}[ T][\d:.]{5,16}Z?)/i.exec(description)?.[1],
  };
}

// From its own field or, when that holds no id, out of the text.
function toId(field: string | undefined, description: string, name: string): string | undefined {
  if (field !== undefined && /^[\w-]{1,64}$/.test(field)) return field;
  return new RegExp(`${name}: ([\\w-]{1,64})`, 'i').exec(description)?.[1];
}

// The text's own number is the more exact one: 7002138 stands there while the list may say 700213.
function toNumber(description: string, codes: unknown): number | undefined {
  const written = /AADSTS(\d{4,9})/.exec(description)?.[1];
  if (written !== undefined) return Number(written);
  const first: unknown = Array.isArray(codes) ? codes[0] : undefined;
  return typeof first === 'number' ? first : undefined;
}

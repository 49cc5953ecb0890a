/** An expression, parsed. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] };

const literals: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null };

/**
 * Parses an expression of Azure Pipelines; throws and says where it is wrong
 * (https://learn.microsoft.com/azure/devops/pipelines/process/expressions).
 */
export function parseExpression(text: string): Expression {
  const tokens = readTokens(text);
  const expression = readExpression(tokens);
  const [rest] = tokens;
  if (rest !== undefined) throw new Error(`'${rest}' is not expected in '${text.trim()}'.`);
  return expression;
}

function readTokens(text: string): string[] {
  const tokens: string[] = [];
  const pattern = /\s*('(?:[^']|'')*'|-?\d+(?:\.\d+)*|[A-Za-z_][\w-]*|[()[\],.])/y;
  let end = 0;
  for (;;) {
    const [whole = '', token] = pattern.exec(text) ?? [];
    if (token === undefined) break;
    tokens.push(token);
    end += whole.length;
  }
  const rest = text.slice(end).trim();
  if (rest !== '') throw new Error(`'${rest}' is not expected in '${text.trim()}'.`);
  return tokens;
}

function readExpression(tokens: string[]): Expression {
  let expression = readPrimary(tokens);
  for (;;) {
    if (tokens[0] === '.') {
      tokens.shift();
      const name = tokens.shift() ?? '';
      if (!/^[A-Za-z_]/.test(name)) throw new Error(`A name is expected after '.'.`);
      expression = { kind: 'index', of: expression, key: { kind: 'literal', value: name } };
    } else if (tokens[0] === '[') {
      tokens.shift();
      expression = { kind: 'index', of: expression, key: readExpression(tokens) };
      expect(tokens, ']');
    } else return expression;
  }
}

function readPrimary(tokens: string[]): Expression {
  const token = tokens.shift();
  if (token === undefined) throw new Error('The expression ends too early.');
  if (token.startsWith("'")) {
    return { kind: 'literal', value: token.slice(1, -1).replaceAll("''", "'") };
  }
  // A version, such as 1.2.3, is a text.
  if (/^-?\d+(?:\.\d+)?$/.test(token)) return { kind: 'literal', value: Number(token) };
  if (/^-?\d/.test(token)) return { kind: 'literal', value: token };
  if (!/^[A-Za-z_]/.test(token)) throw new Error(`'${token}' is not expected.`);
  if (tokens[0] === '(') return { kind: 'call', name: token, args: readArguments(tokens) };
  const literal = literals[token.toLowerCase()];
  return literal === undefined
    ? { kind: 'name', name: token }
    : { kind: 'literal', value: literal };
}

function readArguments(tokens: string[]): Expression[] {
  const args: Expression[] = [];
  tokens.shift();
  while (tokens[0] !== ')') {
    if (args.length > 0) expect(tokens, ',');
    args.push(readExpression(tokens));
  }
  tokens.shift();
  return args;
}

function expect(tokens: string[], wanted: string): void {
  const token = tokens.shift();
  if (token !== wanted) throw new Error(`'${wanted}' is expected, not '${token ?? 'the end'}'.`);
}

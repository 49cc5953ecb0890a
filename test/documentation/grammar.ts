import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { installPackages } from '../local/npm-install.ts';
import { cacheFolder } from '../local/repository.ts';

/** What the tests need of web-tree-sitter, whose grammars run anywhere. */
interface TreeSitter {
  readonly Parser: {
    init(): Promise<void>;
    new (): {
      setLanguage(language: unknown): void;
      parse(text: string): { readonly rootNode: { readonly hasError: boolean } };
    };
  };
  readonly Language: { load(path: string): Promise<unknown> };
}

const grammars = {
  powershell: { package: 'tree-sitter-powershell', version: '0.26.4', file: 'powershell' },
  csharp: { package: 'tree-sitter-c-sharp', version: '0.23.5', file: 'c_sharp' },
} as const;

/** Installs a grammar; what it resolves to says whether a text has an error. Rejects where the registry is missing. */
export async function requireGrammar(
  name: keyof typeof grammars,
): Promise<(text: string) => boolean> {
  const grammar = grammars[name];
  const folder = join(cacheFolder, `${name}-grammar`);
  const dependencies = { [grammar.package]: grammar.version, 'web-tree-sitter': '0.27.2' };
  await installPackages(folder, { dependencies });
  const modules = join(folder, 'node_modules');
  const entry = join(modules, 'web-tree-sitter', 'web-tree-sitter.js');
  const { Parser, Language } = (await import(pathToFileURL(entry).href)) as TreeSitter;
  await Parser.init();
  const parser = new Parser();
  const file = join(modules, grammar.package, `tree-sitter-${grammar.file}.wasm`);
  parser.setLanguage(await Language.load(file));
  return (text) => parser.parse(text).rootNode.hasError;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { isMap, isSeq, type YAMLMap } from 'yaml';
import { repository } from '../local/repository.ts';

/** A YAML file or a page of the repository; the path has slashes. */
export interface YamlFile {
  readonly path: string;
  readonly text: string;
}

/** Every YAML file and every page of the repository. */
export function listYamlFiles(): readonly YamlFile[] {
  return listFiles(repository).map((path) => ({
    path,
    text: readFileSync(join(repository, path), 'utf8'),
  }));
}

const skipped = new Set(['node_modules', 'out', 'dist', '.git', '.cache']);

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return /\.(?:ya?ml|md)$/.test(entry.name)
      ? [relative(repository, path).split(sep).join('/')]
      : [];
  });
}

/** The YAML in a file: the file itself, or the fenced blocks of a page. */
export function listYaml(path: string, text: string): readonly string[] {
  if (!path.endsWith('.md')) return [text];
  const fences = text.matchAll(/^([ \t]*)```ya?ml[^\n]*\n([^]*?)^\1```/gm);
  return Array.from(fences, ([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Every map in a YAML node, the outer ones first. */
export function listMaps(node: unknown): readonly YAMLMap[] {
  if (isSeq(node)) return node.items.flatMap(listMaps);
  if (!isMap(node)) return [];
  return [node, ...node.items.flatMap(({ value }) => listMaps(value))];
}

import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { createTar } from './tar.ts';

/** A sparse registry with one crate, `contoso-greeting`, as files by address (The Cargo Book, Registry Index). */
export function createCargoIndex(address: string): Record<string, string | Uint8Array> {
  const name = 'contoso-greeting';
  const crate = gzipSync(
    createTar({
      [`${name}-1.0.0/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2021"\n`,
      [`${name}-1.0.0/src/lib.rs`]: 'pub const TEXT: &str = "Hello from the feed";\n',
    }),
  );
  const entry = {
    name,
    vers: '1.0.0',
    deps: [],
    cksum: createHash('sha256').update(crate).digest('hex'),
    features: {},
    yanked: false,
  };
  return {
    [`${address}/index/config.json`]: JSON.stringify({
      dl: `${address}/dl`,
      api: address,
      'auth-required': true,
    }),
    [`${address}/index/co/nt/${name}`]: `${JSON.stringify(entry)}\n`,
    [`${address}/dl/${name}/1.0.0/download`]: crate,
  };
}

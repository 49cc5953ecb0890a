import type { BundledPackage } from './bundled-packages.ts';

/** What the bill of materials says of the extension itself. */
export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const purl = (name: string, version: string): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

const component = (type: string, { name, version, license }: Product): object => ({
  type,
  'bom-ref': purl(name, version),
  name,
  version,
  licenses: [/\s/.test(license) ? { expression: license } : { license: { id: license } }],
  purl: purl(name, version),
});

/**
 * The software bill of materials of the bundle, in CycloneDX 1.6 JSON
 * (https://cyclonedx.org/docs/1.6/json/). Without a serial number and a time, so that two packagings of
 * one commit are equal.
 */
export function toSbom(product: Product, packages: readonly BundledPackage[]): string {
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: component('application', product) },
    components: packages.map((bundled) => component('library', bundled)),
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

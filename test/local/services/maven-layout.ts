import { zipSync } from 'fflate';
import { createHash } from 'node:crypto';

/** A Maven repository with a parent POM, a list of versions and a library, as files by address. */
export function createMavenLayout(address: string): Record<string, string | Buffer> {
  // Maven's own plugins are older than the JDK, and ask it for what it no longer has.
  const properties = ['source', 'target'].map(
    (name) => `<maven.compiler.${name}>8</maven.compiler.${name}>`,
  );
  return {
    ...createPom(address, 'parent', 'pom', `<properties>${properties.join('')}</properties>`),
    ...createPom(address, 'versions', 'pom', ''),
    ...createPom(address, 'greeting', 'jar', ''),
    ...withDigest(`${address}/com/contoso/greeting/1.0.0/greeting-1.0.0.jar`, createJar()),
  };
}

function createPom(
  address: string,
  name: string,
  packaging: string,
  content: string,
): Record<string, string | Buffer> {
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.contoso</groupId>
  <artifactId>${name}</artifactId>
  <version>1.0.0</version>
  <packaging>${packaging}</packaging>
  ${content}
</project>
`;
  return withDigest(`${address}/com/contoso/${name}/1.0.0/${name}-1.0.0.pom`, Buffer.from(pom));
}

/** A library with nothing but a text. */
function createJar(): Buffer {
  const files = {
    'META-INF/MANIFEST.MF': Buffer.from('Manifest-Version: 1.0\r\n\r\n'),
    'greeting.txt': Buffer.from('Hello from the feed\n'),
  };
  return Buffer.from(zipSync(files));
}

function withDigest(path: string, content: Buffer): Record<string, string | Buffer> {
  return { [path]: content, [`${path}.sha1`]: createHash('sha1').update(content).digest('hex') };
}

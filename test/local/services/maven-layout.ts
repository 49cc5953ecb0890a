import { createHash } from 'node:crypto';

/** A Maven repository with a parent POM and a list of versions, as files by address. */
export function createMavenLayout(address: string): Record<string, string> {
  return {
    ...createPom(
      address,
      'parent',
      '<properties><greeting>Hello from the feed</greeting></properties>',
    ),
    ...createPom(address, 'versions', ''),
  };
}

function createPom(address: string, name: string, content: string): Record<string, string> {
  const path = `${address}/com/contoso/${name}/1.0.0/${name}-1.0.0.pom`;
  const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.contoso</groupId>
  <artifactId>${name}</artifactId>
  <version>1.0.0</version>
  <packaging>pom</packaging>
  ${content}
</project>
`;
  return { [path]: pom, [`${path}.sha1`]: createHash('sha1').update(pom).digest('hex') };
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from './repository.ts';

/** Plugins and libraries of public repositories, in the layout of one: what the local feed has of its upstream. */
export const mavenRepository = join(cacheFolder, 'maven');

/** The properties that every project here needs, because Maven's own plugins are older than the JDK. */
const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>com.contoso</groupId>
  <artifactId>seed</artifactId>
  <version>1.0.0</version>
  <properties>
    <maven.compiler.source>8</maven.compiler.source>
    <maven.compiler.target>8</maven.compiler.target>
  </properties>
</project>
`;

/**
 * Fills {@link mavenRepository} with what `mvn package` needs of a plain project, once, by the settings of the machine.
 * Rejects where Maven or the public repository is missing.
 */
export async function requireMavenRepository(): Promise<void> {
  if (existsSync(mavenRepository)) return;
  await mkdir(cacheFolder, { recursive: true });
  const folder = await mkdtemp(join(cacheFolder, 'maven-'));
  const local = join(folder, 'repository');
  try {
    await mkdir(join(folder, 'src', 'main', 'java'), { recursive: true });
    await writeFile(join(folder, 'pom.xml'), project);
    await writeFile(join(folder, 'src', 'main', 'java', 'Seed.java'), 'class Seed {}\n');
    const quiet = ['-q', '-B', '-ntp', `-Dmaven.repo.local=${local}`];
    await promisify(execFile)('mvn', [...quiet, 'package'], { cwd: folder, timeout: 300_000 });
    await rename(local, mavenRepository).catch((error: unknown) => {
      // Another process was faster.
      if (!existsSync(mavenRepository)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

import type { Tool } from './find-tool.ts';

const get = (packages: string): string =>
  `install it with your package manager, for example apt-get install ${packages}`;

/** git of this version or later. */
const git = (...atLeast: readonly [major: number, minor: number]): Tool => ({
  title: 'git',
  command: ['git', '--version'],
  atLeast,
  get: get('git'),
});

const powershell: Tool = {
  title: 'PowerShell',
  command: ['pwsh', '--version'],
  get: 'see https://learn.microsoft.com/powershell/scripting/install/installing-powershell',
};

/** The tools that recipes are run with and that come from the machine. */
export const tools = {
  curl: { title: 'curl', command: ['curl', '--version'], get: get('curl') },
  git: git(2, 31),
  /** Knows `GIT_CONFIG_GLOBAL`. */
  gitForSignIn: git(2, 32),
  jq: { title: 'jq', command: ['jq', '--version'], get: get('jq') },
  gitLfs: { title: 'Git LFS', command: ['git', 'lfs', 'version'], get: get('git-lfs') },
  docker: { title: 'docker', command: ['docker', '--version'], get: get('docker-cli') },
  npm: { title: 'npm', command: ['npm', '--version'], get: 'it comes with Node.js' },
  pip: {
    title: 'pip',
    command: ['python3', '-m', 'pip', '--version'],
    get: get('python3-pip'),
  },
  requests: {
    title: "Python's requests",
    command: ['python3', '-c', 'import requests'],
    get: 'python3 -m pip install requests, or apt-get install python3-requests',
  },
  twine: {
    title: 'twine',
    command: ['python3', '-m', 'twine', '--version'],
    get: 'python3 -m pip install twine, or apt-get install twine',
  },
  wheel: {
    title: "Python's setuptools and wheel",
    command: ['python3', '-c', 'import setuptools, wheel'],
    get: 'python3 -m pip install setuptools wheel, or apt-get install twine python3-wheel',
  },
  maven: { title: 'Maven', command: ['mvn', '--version'], get: get('maven') },
  gradle: { title: 'Gradle', command: ['gradle', '--version'], get: get('gradle') },
  /** The oldest with credential providers. */
  cargo: {
    title: 'Cargo',
    command: ['cargo', '--version'],
    atLeast: [1, 74],
    get: 'see https://rustup.rs',
  },
  powershell,
  /** What a step `powershell` starts. */
  windowsPowerShell:
    process.platform === 'win32'
      ? {
          title: 'Windows PowerShell',
          command: ['powershell', '-NoProfile', '-Command', '"$($PSVersionTable.PSVersion)"'],
          get: 'it comes with Windows',
        }
      : powershell,
} as const satisfies Readonly<Record<string, Tool>>;

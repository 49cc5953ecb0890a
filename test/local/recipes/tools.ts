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

/** A library of Python. */
const ofPython = (name: string): Tool => ({
  title: `Python's ${name}`,
  command: ['python3', '-c', `import ${name}; print(${name}.__version__)`],
  get: `python3 -m pip install ${name}, or apt-get install python3-${name}`,
});

/** The tools that recipes are run with and that come from the machine. */
export const tools = {
  curl: { title: 'curl', command: ['curl', '--version'], get: get('curl') },
  git: git(2, 31),
  /** Knows `GIT_CONFIG_GLOBAL`. */
  gitForSignIn: git(2, 32),
  jq: { title: 'jq', command: ['jq', '--version'], get: get('jq') },
  gitLfs: { title: 'Git LFS', command: ['git', 'lfs', 'version'], get: get('git-lfs') },
  docker: { title: 'docker', command: ['docker', '--version'], get: get('docker-cli') },
  node: { title: 'Node.js', command: ['node', '--version'], get: 'see https://nodejs.org' },
  npm: { title: 'npm', command: ['npm', '--version'], get: 'it comes with Node.js' },
  pip: {
    title: 'pip',
    command: ['python3', '-m', 'pip', '--version'],
    get: get('python3-pip'),
  },
  requests: ofPython('requests'),
  twine: {
    title: 'twine',
    command: ['python3', '-m', 'twine', '--version'],
    get: 'python3 -m pip install twine, or apt-get install twine',
  },
  setuptools: ofPython('setuptools'),
  wheel: ofPython('wheel'),
  maven: { title: 'Maven', command: ['mvn', '--version'], get: get('maven') },
  gradle: { title: 'Gradle', command: ['gradle', '--version'], get: get('gradle') },
  tfx: { title: 'tfx', command: ['tfx', 'version'], get: 'it comes with npm run setup' },
  terraform: {
    title: 'Terraform',
    command: ['terraform', 'version'],
    get: 'see https://developer.hashicorp.com/terraform/install',
  },
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

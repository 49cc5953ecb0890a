import { spawn, type ChildProcess } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A page in the browser: its source and its size. Without a height it is as high as its content. */
export interface Sheet {
  readonly html: string;
  /** In CSS pixels. */
  readonly width: number;
  /** In CSS pixels. */
  readonly height?: number;
  /** Device pixels for each CSS pixel. */
  readonly scale: number;
}

/** A running browser without a window. */
export interface Browser {
  /** A PNG of the page, with a transparent ground where the page has none. */
  photograph(sheet: Sheet): Promise<Buffer>;
  /** The value of a JavaScript expression in the page. */
  evaluate(sheet: Sheet, expression: string): Promise<unknown>;
  close(): Promise<void>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'msedge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The Chromium of this machine: the one that `CHROMIUM` names, or the first one found. Throws without one. */
export async function findChromium(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { CHROMIUM, PATH = '' } = environment;
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  for (const candidate of CHROMIUM === undefined ? [...onPath, ...places] : [CHROMIUM]) {
    const exists = await access(candidate).then(
      () => true,
      () => false,
    );
    if (exists) return candidate;
  }
  throw new Error(
    'This needs Chromium, Chrome or Edge, and none was found. Install one, or name it in the ' +
      'environment variable CHROMIUM.',
  );
}

/** Starts the browser; it is spoken to over two pipes, so no port is open. */
export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'browser-'));
  const chromium = spawn(
    await findChromium(),
    [
      '--headless=new',
      '--remote-debugging-pipe',
      '--no-sandbox',
      '--no-first-run',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-lcd-text',
      '--hide-scrollbars',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const send = connect(chromium);

  async function open({ html, width, height = 100, scale }: Sheet): Promise<string> {
    const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
    const session = sessionId as string;
    const metrics = { width, height, deviceScaleFactor: scale, mobile: false };
    await send('Emulation.setDeviceMetricsOverride', metrics, session);
    const transparent = { color: { r: 0, g: 0, b: 0, a: 0 } };
    await send('Emulation.setDefaultBackgroundColorOverride', transparent, session);
    const { frameTree } = await send('Page.getFrameTree', {}, session);
    const frameId = (frameTree as { frame: { id: string } }).frame.id;
    await send('Page.setDocumentContent', { frameId, html }, session);
    await evaluateIn(
      session,
      'Promise.all([...document.images].map((i) => i.decode().catch(() => 0)))',
    );
    return session;
  }

  async function evaluateIn(session: string, expression: string): Promise<unknown> {
    const options = { expression, awaitPromise: true, returnByValue: true };
    const { result } = await send('Runtime.evaluate', options, session);
    return (result as { value?: unknown }).value;
  }

  return {
    async photograph(sheet) {
      const session = await open(sheet);
      const height =
        sheet.height ?? (await evaluateIn(session, 'document.documentElement.offsetHeight'));
      const clip = { x: 0, y: 0, width: sheet.width, height, scale: 1 };
      const options = { format: 'png', captureBeyondViewport: true, clip };
      const { data } = await send('Page.captureScreenshot', options, session);
      return Buffer.from(data as string, 'base64');
    },
    async evaluate(sheet, expression) {
      return evaluateIn(await open(sheet), expression);
    },
    async close() {
      const closed = new Promise((resolve) => chromium.once('close', resolve));
      await send('Browser.close', {});
      await closed;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

type Answer = Readonly<Record<string, unknown>>;
type Send = (method: string, parameters: object, sessionId?: string) => Promise<Answer>;

/** The browser's protocol: JSON texts, each ended by a zero byte (chromedevtools.github.io). */
function connect(chromium: ChildProcess): Send {
  const [, , , output, input] = chromium.stdio as unknown as [null, null, null, Writable, Readable];
  const waiting = new Map<number, (message: Record<string, unknown>) => void>();
  let last = 0;
  let rest = '';
  input.setEncoding('utf8').on('data', (chunk: string) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Record<string, unknown>;
      waiting.get(message['id'] as number)?.(message);
    }
  });
  let hasEnded = false;
  const ended = { error: { message: 'it has ended' } };
  chromium.once('close', () => {
    hasEnded = true;
    for (const answer of waiting.values()) answer(ended);
  });
  // Of a browser that is gone, its end is told; that its pipe is gone, too, says nothing more.
  output.on('error', () => undefined);
  return async (method, params, sessionId) => {
    last += 1;
    const id = last;
    output.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    const { error, result } = await new Promise<Record<string, unknown>>((resolve) => {
      if (hasEnded) resolve(ended);
      else waiting.set(id, resolve);
    });
    waiting.delete(id);
    if (error === undefined) return result as Answer;
    throw new Error(`The browser refused ${method}: ${(error as { message: string }).message}.`);
  };
}

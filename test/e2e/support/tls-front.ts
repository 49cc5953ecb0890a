import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { ServerCertificate } from '../../local/services/certificate-authority.ts';

/** A TLS server in front of a port that speaks without. */
export interface TlsFront {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Takes TLS off in front of a local port: makes an https proxy of an http one. */
export async function startTlsFront(
  { certificate, privateKey }: ServerCertificate,
  behind: number,
): Promise<TlsFront> {
  const sockets = new Set<Socket>();
  const server = createServer({ cert: certificate, key: privateKey }, (front) => {
    const back = connect(behind, '127.0.0.1');
    for (const [from, to] of [
      [front, back],
      [back, front],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

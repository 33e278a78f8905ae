/** A WebSocket by hand, as far as a listener needs it: text frames until the close, and its code (RFC 6455, 5.2). */
import { request } from 'node:http';

export interface Heard {
  readonly lines: readonly string[];
  readonly code: number;
}

const OPCODE = { text: 1, close: 8 } as const;

export function listenTo(url: string): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.from('sixteen bytes ok').toString('base64'),
      },
    });
    asked.on('error', reject);
    asked.on('response', ({ statusCode }) => reject(new Error(`no socket but ${statusCode}`)));
    asked.on('upgrade', (_response, socket, head) => {
      const lines: string[] = [];
      let waiting = Buffer.from(head);
      const take = (bytes: Buffer) => {
        waiting = Buffer.concat([waiting, bytes]);
        for (let frame = nextFrame(waiting); frame !== undefined; frame = nextFrame(waiting)) {
          waiting = waiting.subarray(frame.length);
          if (frame.opcode === OPCODE.text) lines.push(frame.payload.toString());
          if (frame.opcode !== OPCODE.close) continue;
          socket.destroy();
          resolve({ lines, code: frame.payload.readUInt16BE(0) });
          return;
        }
      };
      socket.on('data', take);
      socket.on('close', () => reject(new Error('the socket broke off')));
      take(Buffer.alloc(0));
    });
    asked.end();
  });
}

/** Of a server's frames, which are not masked; undefined while it has not come whole. */
function nextFrame(bytes: Buffer): { opcode: number; payload: Buffer; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = bytes[1]! & 127;
  const head = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < head) return undefined;
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < head + size) return undefined;
  return { opcode: bytes[0]! & 15, payload: bytes.subarray(head, head + size), length: head + size };
}

/** The passphrase of a backup's secrets: from the settings, else asked for in a terminal without showing it. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { errors } from '#base/errors.js';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Undefined when nobody is there to be asked. `isNew`: asked twice, because a slip would lock the secrets for good. */
export async function askPassphrase(
  { input, output }: Terminal,
  { isNew }: { isNew: boolean },
): Promise<string | undefined> {
  if (input.isTTY !== true || output.isTTY !== true) return undefined;
  const first = await ask({ input, output }, 'Passphrase for the secrets: ');
  if (!isNew) return first;
  if ((await ask({ input, output }, 'Once more: ')) !== first) throw errors.passphrasesDiffer();
  return first;
}

async function ask({ input, output }: Terminal, question: string): Promise<string> {
  output.write(question);
  // Readline echoes what is typed to its output: this one swallows it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    output.write('\n');
  }
}

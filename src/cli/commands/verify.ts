/** `almanac verify`: makes a number again from what it came from, and compares bit for bit. */
import { gatewayClient } from '@almanac/sdk';
import { Option } from 'commander';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { withServer } from '../connect.js';
import { EXIT } from '../exit-codes.js';
import { table } from '../screen.js';
import { sayVerification } from '../verify.js';

interface VerifyOptions extends CommonOptions {
  readonly depth: 'parents' | 'all';
  readonly token?: string;
}

export const verifyCommand = (context: CommandContext) =>
  newCommand({
    name: 'verify',
    does: 'Makes a backtest or an artifact again from its parents and compares byte for byte. Exits with 1 when they differ.',
    examples: ['almanac verify bt_k3v9q2m4r7', 'almanac verify 3fa9c1d2 --depth all'],
  })
    .argument('<id>', 'a backtest id, or a SHA-256 or its first 8 digits')
    .addOption(
      new Option('--depth <depth>', 'trust the bytes of the parents, or make every ancestor again')
        .choices(['parents', 'all'])
        .default('parents'),
    )
    .option('--token <token>', 'a bearer token, when the server asks for one')
    .action(async (id: string, { depth, token, ...options }: VerifyOptions) => {
      const screen = context.makeScreen(options.json === true);
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      const verification = await withServer(configOf(context, options), ({ gateway: baseUrl = '' }) =>
        screen.step(`verify ${id}`, async () => {
          const value = await gatewayClient({ baseUrl, headers }).postAlmanacVerifyById({
            path: { id },
            query: { depth },
          });
          return { says: sayVerification(value), value, facts: { verification: value }, held: value.ok };
        }),
      );
      const rows = verification.steps.map((step) => [step.kind, step.outcome, step.sha256, `${step.duration_ms} ms`]);
      for (const line of table(['kind', 'outcome', 'sha256', 'took'], rows)) screen.line(`  ${line}`);
      context.setExitCode(verification.ok ? EXIT.ok : EXIT.failed);
    });

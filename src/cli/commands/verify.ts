/** `almanac verify`: makes a number again from what it came from, and compares bit for bit; the files of the zones by their hashes. */
import { gatewayClient } from '@almanac/sdk';
import { Option } from 'commander';
import { makeLog } from '#app/makers.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { withServer } from '../connect.js';
import { EXIT, UsageError } from '../exit-codes.js';
import { table } from '../screen.js';
import { sayVerification, sayZones, zoneFacts } from '../verify.js';

interface VerifyOptions extends CommonOptions {
  readonly depth: 'parents' | 'all';
  readonly token?: string;
  readonly zones?: true;
}

export const verifyCommand = (context: CommandContext) =>
  newCommand({
    name: 'verify',
    does:
      'Makes a backtest or an artifact again from its parents and compares byte for byte. Files of the order-book zones have no ' +
      'recipe: with --zones their bytes on the disk are held against the registry. Exits with 1 when anything differs or is missing.',
    examples: ['almanac verify bt_k3v9q2m4r7', 'almanac verify 3fa9c1d2 --depth all', 'almanac verify --zones'],
  })
    .argument('[id]', 'a backtest id, or a SHA-256 or its first 8 digits; with --zones one file, by its id or SHA-256')
    .option('--zones', 'check the files of the zones that are registered, all or the one named')
    .addOption(
      new Option('--depth <depth>', 'trust the bytes of the parents, or make every ancestor again')
        .choices(['parents', 'all'])
        .default('parents'),
    )
    .option('--token <token>', 'a bearer token, when the server asks for one')
    .action(async (id: string | undefined, { depth, token, zones, ...options }: VerifyOptions) => {
      if (zones === true) return verifyZones(context, options, id);
      if (id === undefined) throw new UsageError('Name what to verify, or give --zones for the files of the zones.');
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

/** Straight at the rows and the disk: a server that starts for it would first forget the files that are lost. */
async function verifyZones(context: CommandContext, options: CommonOptions, id: string | undefined): Promise<void> {
  const screen = context.makeScreen(options.json === true);
  const config = configOf(context, options);
  const { visitHouse } = await import('#app/visit.js');
  const { checkZoneFiles } = await import('#services/operations/zone-check.service.js');
  const wrong = await visitHouse(config, makeLog('error'), ({ db, paths }) =>
    screen.step('verify the zones', async (progress) => {
      const checked = await checkZoneFiles({ db, root: paths.zones }, { of: id, onFile: progress.update });
      const value = checked.filter(({ outcome }) => outcome !== 'same');
      return { says: sayZones(checked), value, facts: { zones: zoneFacts(checked) }, held: value.length === 0 };
    }),
  );
  const rows = wrong.map(({ file, outcome, foundSha }) => [outcome, file.filePath, file.sha256, foundSha ?? '']);
  if (rows.length > 0)
    for (const line of table(['outcome', 'file', 'registered', 'found'], rows)) screen.line(`  ${line}`);
  context.setExitCode(wrong.length === 0 ? EXIT.ok : EXIT.failed);
}

/** `almanac doctor`: is this machine well, and if not, what helps? Looks only; changes nothing. */
import { findRunningServer } from '#app/run-file.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { checks, type Finding } from '../doctor/checks.js';
import { EXIT } from '../exit-codes.js';

const MARKS: Record<Finding['state'], string> = { well: '✓', mind: '!', ill: '✗' };
const NAME_WIDTH = 16;

export const doctorCommand = (context: CommandContext) =>
  newCommand({
    name: 'doctor',
    does: 'Looks at ports, disk, database and versions, and says what to do. Exits with 3 when something is ill.',
    examples: ['almanac doctor', 'almanac doctor --data-dir /var/lib/almanac --json'],
  }).action(async (options: CommonOptions) => {
    const screen = context.makeScreen(options.json === true);
    const config = configOf(context, options);
    const patient = { config, running: await findRunningServer(config.dataDir) };
    const findings: (Finding & { name: string })[] = [];
    for (const check of checks) findings.push({ name: check.name, ...(await check.look(patient)) });
    const isIll = findings.some(({ state }) => state === 'ill');
    screen.result(
      { ok: !isIll, findings },
      findings.flatMap(({ name, state, says, remedy }) => [
        `${MARKS[state]} ${name.padEnd(NAME_WIDTH)} ${says}`,
        ...(remedy === undefined ? [] : [`  ${''.padEnd(NAME_WIDTH)} ${remedy}`]),
      ]),
    );
    context.setExitCode(isIll ? EXIT.unavailable : EXIT.ok);
  });

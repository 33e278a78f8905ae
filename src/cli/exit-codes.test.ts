import { ApiError } from '@almanac/sdk';
import { CommanderError } from 'commander';
import { expect, it } from 'vitest';
import { errors } from '#base/errors.js';
import { EXIT, EXIT_HELP, exitCodeOf, UsageError } from './exit-codes.js';

const answered = (status: number) => new ApiError({ method: 'GET', url: 'http://x', status, body: null });

it.each([
  ['help that was asked for', new CommanderError(0, 'commander.helpDisplayed', ''), EXIT.ok],
  ['a wrong option', new CommanderError(1, 'commander.unknownOption', ''), EXIT.usage],
  ['options that contradict each other', new UsageError('?'), EXIT.usage],
  ['wrong settings', errors.settingsInvalid(['x']), EXIT.usage],
  ['a taken port', errors.portTaken(8080, 'ALMANAC_PORT'), EXIT.unavailable],
  ['a data directory that another server owns', errors.dataDirTaken('/d', 1), EXIT.unavailable],
  ['a missing artifact', errors.artifactMissing('ab'), EXIT.failed],
  ['no server', answered(0), EXIT.unavailable],
  ['a server that is not ready', answered(503), EXIT.unavailable],
  ['no token', answered(401), EXIT.denied],
  ['the wrong role', answered(403), EXIT.denied],
  ['a refused request', answered(400), EXIT.failed],
  ['a fault of the server', answered(500), EXIT.failed],
  ['anything else', new Error('?'), EXIT.failed],
])('%s', (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});

it('every code stands in the help', () => {
  for (const code of Object.values(EXIT)) expect(EXIT_HELP).toContain(`\n  ${code}  `);
});

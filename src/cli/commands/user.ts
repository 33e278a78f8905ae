/** `almanac user`: adds a user, sets a password, gives out a token. Works beside a running server. */
import { userInfo } from 'node:os';
import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { makeLog } from '#app/makers.js';
import type { Visit } from '#app/visit.js';
import type { IdentityDesk } from '#services/identity/desk.js';
import { makePassword } from '#services/identity/generated-password.js';
import { type CommandContext, type CommonOptions, configOf, newCommand } from '../command.js';
import { UsageError } from '../exit-codes.js';

type Users = typeof import('#services/identity/user.service.js');

interface PasswordOptions extends CommonOptions {
  readonly passwordStdin?: true;
}

interface AddOptions extends PasswordOptions {
  readonly role: 'user' | 'admin';
  readonly tier: 'free' | 'basic' | 'pro' | 'enterprise';
  readonly email?: string;
}

export const userCommand = (context: CommandContext) =>
  new Command('user')
    .description('Adds users, sets passwords, gives out tokens and keys.')
    .addCommand(addCommand(context))
    .addCommand(passwordCommand(context))
    .addCommand(tokenCommand(context))
    .addCommand(keyCommand(context));

const addCommand = (context: CommandContext) =>
  newCommand({
    name: 'add',
    does: 'Adds a user. Without --password-stdin a password is made and shown this once.',
    examples: [
      'almanac user add ann --tier pro',
      'echo "$PASSWORD" | almanac user add root2 --role admin --password-stdin',
    ],
  })
    .argument('<name>')
    .addOption(new Option('--role <role>').choices(['user', 'admin']).default('user'))
    .addOption(new Option('--tier <tier>').choices(['free', 'basic', 'pro', 'enterprise']).default('free'))
    .option('--email <address>')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (username: string, options: AddOptions) => {
      const { isMade, password } = await choosePassword(options);
      const { role, tier, email = null } = options;
      const user = await visit(context, options, 'user.add', username, ({ addUser }, desk) =>
        addUser(desk, { username, password, role, tier, email }),
      );
      const screen = context.makeScreen(options.json === true);
      screen.result({ user, ...(isMade ? { password } : {}) }, [
        `Added ${user.username} (${user.role}, ${user.tier}).`,
        ...(isMade ? [`Password, shown this once: ${password}`] : []),
      ]);
    });

const passwordCommand = (context: CommandContext) =>
  newCommand({
    name: 'passwd',
    does: 'Sets a new password; tokens that were given out before end. Without --password-stdin one is made and shown.',
    examples: ['almanac user passwd admin', 'almanac user passwd ann --password-stdin < password.txt'],
  })
    .argument('<name>')
    .option('--password-stdin', 'read the password from standard input')
    .action(async (username: string, options: PasswordOptions) => {
      const { isMade, password } = await choosePassword(options);
      const user = await visit(context, options, 'user.passwd', username, ({ setPassword }, desk) =>
        setPassword(desk, username, password),
      );
      const screen = context.makeScreen(options.json === true);
      screen.result({ user, ...(isMade ? { password } : {}) }, [
        `${user.username} has a new password; earlier tokens have ended.`,
        ...(isMade ? [`Password, shown this once: ${password}`] : []),
      ]);
    });

const tokenCommand = (context: CommandContext) =>
  newCommand({
    name: 'token',
    does: 'Prints a bearer token for a user, good for an hour.',
    examples: ['almanac user token admin', 'curl -H "Authorization: Bearer $(almanac user token ann)" ...'],
  })
    .argument('<name>')
    .action(async (username: string, options: CommonOptions) => {
      const issued = await visit(context, options, 'user.token', username, ({ issueToken }, desk) =>
        issueToken(desk, username),
      );
      const screen = context.makeScreen(options.json === true);
      screen.result({ token: issued.token, expires_in: issued.expiresInSeconds, user: issued.user.username }, [
        issued.token,
      ]);
    });

const keyCommand = (context: CommandContext) =>
  newCommand({
    name: 'key',
    does: 'Prints a new key for a user, good until it is rotated: for programs, such as one that reads /metrics.',
    examples: ['almanac user key prometheus > /etc/prometheus/almanac-key'],
  })
    .argument('<name>')
    .action(async (username: string, options: CommonOptions) => {
      const { apiKey, user } = await visit(context, options, 'user.key', username, async (users, desk) => {
        const { user } = await users.issueToken(desk, username);
        return { ...(await users.createApiKey(desk, user.id, 'almanac user key')), user };
      });
      context.makeScreen(options.json === true).result({ api_key: apiKey, user: user.username }, [apiKey]);
    });

/** Does it, and writes down that it was done, and by whom on this machine. */
async function visit<T>(
  context: CommandContext,
  options: CommonOptions,
  action: string,
  username: string,
  act: (users: Users, desk: IdentityDesk) => Promise<T>,
): Promise<T> {
  const config = configOf(context, options);
  const { visitHouse } = await import('#app/visit.js');
  const { openIdentity } = await import('#app/identity.js');
  const users = await import('#services/identity/user.service.js');
  return visitHouse(config, makeLog('error'), async (house) => {
    const done = await act(users, await openIdentity(house));
    await house.audit.record(entryOf(house, action, username));
    return done;
  });
}

const entryOf = ({ ids }: Visit, action: string, username: string) => ({
  surface: 'cli',
  method: 'RUN',
  path: `almanac ${action.replace('.', ' ')}`,
  status: 0,
  userId: null,
  client: `${userInfo().username} on this machine`,
  requestId: ids.uuid(),
  action,
  subject: { username },
  payload: null,
  before: null,
  after: null,
});

async function choosePassword({ passwordStdin }: PasswordOptions): Promise<{ isMade: boolean; password: string }> {
  if (passwordStdin !== true) return { isMade: true, password: makePassword() };
  const [password = ''] = (await text(process.stdin)).split(/\r?\n/);
  if (password === '') throw new UsageError('Standard input holds no password.');
  return { isMade: false, password };
}

/** Hosts of their own on one machine: network namespaces on a bridge, each with a cable that can be pulled. Needs root and iproute2. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Host {
  readonly namespace: string;
  /** Nothing comes or goes, and nobody is told: packets are lost. */
  cutOff(): Promise<void>;
  reconnect(): Promise<void>;
}

export interface Network {
  /** Where the hosts reach this machine. */
  readonly address: string;
  readonly hosts: readonly Host[];
  remove(): Promise<void>;
}

/** Why no hosts can be made here; undefined when they can. */
export async function whyNoHosts(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'network namespaces are a matter of Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const name = `almtry${process.pid}`;
  try {
    await ip('netns', 'add', name);
    await ip('-n', name, 'link', 'set', 'lo', 'up');
    await ip('link', 'add', bridgeName(), 'type', 'bridge');
    return undefined;
  } catch (error) {
    return `network namespaces are not allowed: ${String((error as { stderr?: string }).stderr ?? error).trim()}`;
  } finally {
    await ip('link', 'del', bridgeName()).catch(() => undefined); // It may not have been made.
    await ip('netns', 'del', name).catch(() => undefined);
  }
}

export async function makeNetwork(count: number): Promise<Network> {
  const subnet = `10.213.${process.pid % 250}`;
  const bridge = bridgeName();
  const names = Array.from({ length: count }, (_, n) => `alm${process.pid}h${n}`);
  const remove = async () => {
    for (const name of names) await ip('netns', 'del', name).catch(() => undefined); // It may not have been made.
    await ip('link', 'del', bridge).catch(() => undefined);
  };
  try {
    await ip('link', 'add', bridge, 'type', 'bridge');
    await ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge);
    await ip('link', 'set', bridge, 'up');
    for (const [n, name] of names.entries()) {
      const [outer, inner] = [`almo${process.pid % 1e6}x${n}`, `almi${process.pid % 1e6}x${n}`];
      await ip('netns', 'add', name);
      await ip('link', 'add', outer, 'type', 'veth', 'peer', 'name', inner);
      await ip('link', 'set', inner, 'netns', name);
      await ip('link', 'set', outer, 'master', bridge, 'up');
      await ip('-n', name, 'link', 'set', 'lo', 'up');
      await ip('-n', name, 'addr', 'add', `${subnet}.${10 + n}/24`, 'dev', inner);
      await ip('-n', name, 'link', 'set', inner, 'up');
    }
  } catch (error) {
    await remove();
    throw error;
  }
  const hosts = names.map((namespace, n): Host => {
    const cable = `almo${process.pid % 1e6}x${n}`;
    return {
      namespace,
      cutOff: () => ip('link', 'set', cable, 'down'),
      reconnect: () => ip('link', 'set', cable, 'up'),
    };
  });
  return { address: `${subnet}.1`, hosts, remove };
}

/** At most 15 letters, as Linux has it. */
const bridgeName = () => `almb${process.pid}`;

async function ip(...args: string[]): Promise<void> {
  await run('ip', args);
}

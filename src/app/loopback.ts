/** Whether an address reaches this machine alone. */
import { isIPv4, isIPv6 } from 'node:net';

/** 127.0.0.0/8, ::1 and the name that means them. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIPv4(bare)) return bare.startsWith('127.');
  if (isIPv6(bare)) return bare === '::1' || bare === '0:0:0:0:0:0:0:1' || bare.startsWith('::ffff:127.');
  return bare === 'localhost' || bare.endsWith('.localhost');
}

/** Who asks: a signed-in user, the local user of a loopback install, or the house itself. */
export interface Principal {
  /** Null for the local user of an install without accounts in play. */
  readonly userId: string | null;
  readonly name: string;
  readonly role: 'user' | 'admin';
  readonly tier: 'free' | 'basic' | 'pro' | 'enterprise';
}

/** Who asks where no accounts are in play: the person at this machine. */
export const LOCAL_USER: Principal = Object.freeze({ userId: null, name: 'local', role: 'user', tier: 'pro' });

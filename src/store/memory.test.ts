import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../test/support/postgres.js';
import { forgetAll, recall, remember } from './memory.js';
import { declareChange, inTransaction } from './transaction.js';

const subject = 'runs';
const key = 'a';

describe('what was made of rows', async () => {
  const db = await openTestDatabase();

  it('is made anew each time until the one owner of the database switches the memory on', async () => {
    let made = 0;
    const make = async () => `${++made}`;
    expect([await recall(db, { subject, key }, make), await recall(db, { subject, key }, make)]).toEqual(['1', '2']);
    remember(db);
    expect([await recall(db, { subject, key }, make), await recall(db, { subject, key }, make)]).toEqual(['3', '3']);
  });

  it('is forgotten when a transaction that changes its subject commits, and only then', async () => {
    remember(db);
    let made = 0;
    const ask = () => recall(db, { subject, key }, async () => `${++made}`);
    expect(await ask()).toBe('1');
    await inTransaction(db, async (tx) => {
      declareChange(tx, subject);
      expect(await ask()).toBe('1');
    });
    expect(await ask()).toBe('2');
    const rolledBack = inTransaction(db, async (tx) => {
      declareChange(tx, subject);
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await ask()).toBe('2');
  });

  it('is not kept when the change came while it was being made', async () => {
    remember(db);
    let finish: (text: string) => void = () => {};
    const slow = recall(
      db,
      { subject, key },
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    forgetAll(db, subject);
    const fresh = await recall(db, { subject, key }, async () => 'new');
    finish('old');
    expect([await slow, fresh, await recall(db, { subject, key }, async () => 'newer')]).toEqual(['old', 'new', 'new']);
  });

  it('is not kept when making it failed', async () => {
    remember(db);
    await expect(recall(db, { subject, key }, async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await recall(db, { subject, key }, async () => 'yes')).toBe('yes');
  });

  it('lets the oldest go when it grows beyond its bound', async () => {
    remember(db);
    const large = 'x'.repeat(20 * 1024 * 1024);
    await recall(db, { subject, key: 'first' }, async () => large);
    await recall(db, { subject, key: 'second' }, async () => large);
    let made = 0;
    const again = (name: string) => recall(db, { subject, key: name }, async () => `${++made}`);
    await again('second');
    expect(made).toBe(0);
    await again('first');
    expect(made).toBe(1);
  });

  it('may only be changed where its forgetting is seen to', async () => {
    await expect(db.transaction().execute(async (tx) => declareChange(tx, subject))).rejects.toThrow('inTransaction');
  });
});

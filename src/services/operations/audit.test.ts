import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Tables } from '#store/database.js';
import { testClock } from '../../../test/support/identity.js';
import { openTestDatabase } from '../../../test/support/postgres.js';
import { createAuditTrail, listAuditEntries, type NewAuditEntry, verifyAuditTrail } from './audit.service.js';
import { summarise } from './audit-summary.js';

const entry = (over: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  surface: 'sigma',
  method: 'POST',
  path: '/models',
  status: 201,
  userId: 'u1',
  client: '127.0.0.1',
  requestId: 'req_1',
  action: 'model.create',
  subject: { model_id: 'aapl_eq_swing_daily' },
  payload: { b: [1, 1.5, -0, 1e21, 'é😀'], a: null },
  before: null,
  after: null,
  ...over,
});

describe('the audit log', () => {
  let db: Kysely<Tables>;
  beforeAll(async () => {
    db = await openTestDatabase();
  });

  it('chains entries of many writers at once, and shows where the chain was broken', async () => {
    const clock = testClock();
    // Two processes on one database.
    const trails = [createAuditTrail({ db, clock }), createAuditTrail({ db, clock })];
    await Promise.all(
      Array.from({ length: 400 }, (_, i) =>
        trails[i % 2]!.record(entry({ requestId: `req_${i}`, status: 200 + (i % 3) })),
      ),
    );
    expect(await verifyAuditTrail(db)).toEqual({ entries: 400, brokenAt: null });
    const found = await listAuditEntries(
      db,
      { status: 201, subject: { model_id: 'aapl_eq_swing_daily' } },
      { limit: 5, offset: 0 },
    );
    expect([found.total, found.items.length]).toEqual([133, 5]);

    await expect(db.updateTable('audit_entry').set({ status: 500 }).where('id', '=', 7).execute()).rejects.toThrow(
      'only ever appended',
    );
    await expect(db.deleteFrom('audit_entry').where('id', '=', 7).execute()).rejects.toThrow('only ever appended');
    const tampered = await db
      .selectFrom('audit_entry')
      .select('id')
      .orderBy('id')
      .offset(6)
      .limit(1)
      .executeTakeFirstOrThrow();
    await db.connection().execute(async (one) => {
      await sql`set session_replication_role = replica`.execute(one);
      await one.updateTable('audit_entry').set({ user_id: 'somebody else' }).where('id', '=', tampered.id).execute();
      await sql`set session_replication_role = default`.execute(one);
    });
    expect(await verifyAuditTrail(db)).toEqual({ entries: 6, brokenAt: tampered.id });
  });

  it('tells every waiting writer when the database refuses, and goes on afterwards', async () => {
    const trail = createAuditTrail({ db, clock: testClock() });
    const bad = trail.record(entry({ surface: null as never }));
    await expect(bad).rejects.toThrow();
    await expect(trail.record(entry())).resolves.toBeUndefined();
  });
});

describe('a payload summary', () => {
  it('blacks out secrets by name at any depth', () => {
    const said = JSON.stringify(
      summarise({
        username: 'ann',
        password: 'p1',
        nested: [{ apiKey: 'p2', api_key: 'p3', 'X-Stage1-Token': 'p4' }],
        openai_api_key: 'p5',
        webhook: { secret: 'p6' },
        Authorization: 'p7',
      }),
    );
    expect(said).not.toMatch(/p\d/);
    expect(said).toContain('ann');
  });

  it('is short whatever came, and never tears a character', () => {
    const huge = {
      data: `${'x'.repeat(199)}😀${'y'.repeat(1_000_000)}`,
      rows: Array.from({ length: 100_000 }, (_, i) => ({ i })),
      deep: JSON.parse('['.repeat(60) + ']'.repeat(60)),
    };
    const text = JSON.stringify(summarise(huge));
    expect(text.length).toBeLessThan(4500);
    expect(text).not.toMatch(/\\ud[89ab]/i);
    expect(JSON.stringify(summarise(Array.from({ length: 20 }, () => 'k'.repeat(5000)))).length).toBeLessThan(6000);
    expect(summarise(undefined)).toBeNull();
    expect(summarise('a\0b')).toBe('ab');
  });
});

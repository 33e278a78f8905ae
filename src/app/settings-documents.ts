/** What people read about the settings, made from the list: `.env.example` and docs/settings.md. */
import { SETTING_GROUPS, type Setting, type SettingGroup } from './setting.js';
import { addressParts, settings, yamlKeyOf } from './settings.js';

const GROUP_TITLES: Record<SettingGroup, string> = {
  places: 'Places',
  storage: 'Storage',
  work: 'Work',
  identity: 'Who may enter',
  network: 'Listeners and the network',
  stage1: 'Stage1',
  sources: 'Sources and providers',
  sigma: 'Sigma',
  log: 'The log',
};

const listed = [...Object.values(settings), ...Object.values(addressParts)] as readonly Setting<unknown>[];
const inGroup = (group: SettingGroup) => listed.filter((one) => one.group === group);

const valueText = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** The default as people read it; never that of the machine that generates. */
function fallbackText(one: Setting<unknown>): string {
  if (one.fallbackSays !== undefined) return one.fallbackSays;
  if (one.fallback === null || valueText(one.fallback) === '') return 'none';
  return valueText(one.fallback);
}

export function envExample(): string {
  const head = [
    '# Every setting, with its default. Copy to .env and uncomment what you change.',
    '# The environment wins over this file, this file over almanac.config.yaml. Made by `npm run generate`.',
  ];
  const sections = SETTING_GROUPS.map((group) => {
    const lines = inGroup(group).flatMap((one) => [
      `# ${one.doc} Default: ${fallbackText(one)}.`,
      exampleLine(one),
      '',
    ]);
    return [`# --- ${GROUP_TITLES[group]} ---`, '', ...lines].join('\n');
  });
  return `${[...head, '', ...sections].join('\n').trimEnd()}\n`;
}

const exampleLine = (one: Setting<unknown>) =>
  `# ${one.name}=${one.fallback === null || one.fallbackSays !== undefined ? '' : valueText(one.fallback)}`;

export function settingsDocument(): string {
  const head = `# Settings

Read once at the start: command line, environment, \`.env\`, \`almanac.config.yaml\` (keys below), then Stage1's \`config.json\`
when \`STAGE1_CONFIG\` or \`--config\` names one. The first source that knows a setting decides; within one source the name on
the left wins over its aliases, and two aliases that disagree stop the start, as does an unknown \`ALMANAC_\` name, an unknown
key or a malformed value. An empty value is no value. \`ALMANAC_TEST_...\` names speak to the test suite only.

Made by \`npm run generate\` from src/app/settings.ts.
`;
  const sections = SETTING_GROUPS.map((group) => {
    const rows = inGroup(group).map(
      (one) =>
        `| \`${one.name}\` | \`${yamlKeyOf(one)}\` | ${cell(fallbackText(one))} | ${cell(aliasesText(one))} | ${one.doc} Takes ${cell(one.kind.expects)}. |`,
    );
    return `## ${GROUP_TITLES[group]}\n\n| name | yaml key | default | also known as | |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return [head, ...sections].join('\n');
}

const cell = (text: string) => text.replace(/\|/g, '\\|');

function aliasesText(one: Setting<unknown>): string {
  const names = (one.aliases ?? []).map((name) => `\`${name}\``);
  const keys = (one.stage1Keys ?? []).map((key) => `\`${key}\` (config.json)`);
  return [...names, ...keys].join(', ');
}

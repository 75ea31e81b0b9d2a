/** dropscore as a construct, for a team that puts the pipeline into a stack of its own. */
export type { CodeLocations } from './code.ts';
export { Dropscore, type DropscoreProps, DropscoreStack } from './dropscore-stack.ts';
export { loadSettings, parseSettings, SettingsError } from './load-settings.ts';
export type { Settings, SettingsInput } from './settings.ts';

import { App, Validations } from 'aws-cdk-lib';
import { DropscoreStack } from './dropscore-stack.ts';
import { loadSettings } from './load-settings.ts';

// Without usage metrics the template is the same whichever way it is synthesised.
const app = new App({ analyticsReporting: false });
const settings = loadSettings();
new DropscoreStack(app, settings.stackName, {
  settings,
  description: 'dropscore: a score for every row of a file dropped in a bucket',
});
if (process.env.CDK_VALIDATION !== 'false') {
  // Imported only here: the local stack and the published package do without.
  const { AwsSolutionsChecks } = await import('cdk-nag');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
app.synth();

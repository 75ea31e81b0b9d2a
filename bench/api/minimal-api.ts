import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import { localAws } from '../../local/local-aws.ts';

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const ref = (id: string) => ({ Ref: id });

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

const STAGE = 'v1';

const template = {
  Resources: {
    Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: arn('Role'),
        Code: { ZipFile: "exports.handler = async () => ({ statusCode: 200, body: '{}' });" },
      },
    },
    Rest: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'minimal' } },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: ref('Rest'),
        ResourceId: { 'Fn::GetAtt': ['Rest', 'RootResourceId'] },
        HttpMethod: 'POST',
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'AWS_PROXY',
          IntegrationHttpMethod: 'POST',
          Uri: {
            'Fn::Join': [
              '',
              [
                ...['arn:aws:apigateway:', ref('AWS::Region'), ':lambda:path/2015-03-31/functions/'],
                ...[arn('Function'), '/invocations'],
              ],
            ],
          },
        },
      },
    },
    Permission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: ref('Function'),
        Principal: 'apigateway.amazonaws.com',
      },
    },
    Deployment: {
      Type: 'AWS::ApiGateway::Deployment',
      DependsOn: ['Method'],
      Properties: { RestApiId: ref('Rest') },
    },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: ref('Rest'), DeploymentId: ref('Deployment'), StageName: STAGE },
    },
  },
  Outputs: { ApiId: { Value: ref('Rest') } },
};

/** An API whose function does nothing: what the gateway and an invocation take by themselves. @returns its address. */
export async function deployMinimalApi(endpoint: string): Promise<string> {
  const client = new CloudFormationClient(localAws(endpoint));
  const StackName = 'Minimal';
  const TemplateBody = JSON.stringify(template);
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }));
  await waitUntilStackCreateComplete({ client, maxWaitTime: 60, minDelay: 1 }, { StackName });
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName }));
  const [output] = stack?.Outputs ?? [];
  return `${endpoint}/_aws/execute-api/${output?.OutputValue}/${STAGE}/`;
}

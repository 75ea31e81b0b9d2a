/** Small functions that show how the host behaves, each fed by a queue or a stream. */

const LAMBDA_ROLE = {
  AssumeRolePolicyDocument: {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  },
};

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });

interface Language {
  Runtime: string;
  Handler: string;
}

const PYTHON: Language = { Runtime: 'python3.13', Handler: 'index.handler' };
const NODE: Language = { Runtime: 'nodejs24.x', Handler: 'index.handler' };

function withRole(language: Language, code: string, environment: object, statements: object[]) {
  return {
    role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        ...LAMBDA_ROLE,
        Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
      },
    },
    function: (role: string) => ({
      Type: 'AWS::Lambda::Function',
      Properties: {
        ...language,
        Timeout: 20,
        Role: arn(role),
        Code: { ZipFile: code },
        Environment: { Variables: environment },
      },
    }),
  };
}

/** A function, its role, its queue and dead-letter queue: two deliveries a second apart, then it is a dead letter. */
function fedByQueue(
  name: string,
  code: string,
  environment: object,
  statements: object[],
  language = PYTHON,
) {
  const made = withRole(language, code, environment, statements);
  return {
    [`${name}Role`]: made.role,
    [`${name}Function`]: made.function(`${name}Role`),
    [`${name}DeadLetters`]: { Type: 'AWS::SQS::Queue' },
    [`${name}Queue`]: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 1,
        RedrivePolicy: { deadLetterTargetArn: arn(`${name}DeadLetters`), maxReceiveCount: 2 },
      },
    },
    [`${name}Mapping`]: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: `${name}Function` },
        EventSourceArn: arn(`${name}Queue`),
        BatchSize: 1,
        ScalingConfig: { MaximumConcurrency: 100 },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
  };
}

const inBucket = {
  Effect: 'Allow',
  Action: ['s3:PutObject', 's3:ListBucket'],
  Resource: [arn('Bucket'), { 'Fn::Join': ['', [arn('Bucket'), '/*']] }],
};

const GARBAGE = `
def handler(event, context):
    return {"batchItemFailures": [{"itemIdentifier": "no such message"}]}
`;

const SENDER = `
import os, boto3
def handler(event, context):
    boto3.client("sqs").send_message_batch(
        QueueUrl=os.environ["OUT"], Entries=[{"Id": "1", "MessageBody": "sent"}])
`;

const RELEASER = `
import os, boto3
def handler(event, context):
    boto3.client("s3").put_object(Bucket=os.environ["BUCKET"], Key="release", Body=b"")
`;

/** Both talkers fail after they have spoken, so that a dead letter tells when to look. */
const PYTHON_TALKER = `
import logging
def handler(event, context):
    logging.getLogger("probe").info("python said", extra={"number": 1})
    raise RuntimeError("that is all")
`;

const INTERPRETED = `
import logging, sys
def handler(event, context):
    logging.getLogger("probe").info("interpreted by", extra={"prefix": sys.prefix})
    raise RuntimeError("that is all")
`;

const NODE_TALKER = `
exports.handler = async () => {
  console.info({ event: 'node_said', number: 2, list: ['a'.repeat(100), 'b'.repeat(100)] });
  throw new Error('that is all');
};
`;

const FOLLOWER = `
import os, time, boto3
def handler(event, context):
    s3, bucket = boto3.client("s3"), os.environ["BUCKET"]
    print("the follower waits")
    s3.put_object(Bucket=bucket, Key="waiting", Body=b"")
    for _ in range(60):
        if s3.list_objects_v2(Bucket=bucket, Prefix="release").get("KeyCount"):
            return s3.put_object(Bucket=bucket, Key="released", Body=b"") and None
        time.sleep(0.05)
    s3.put_object(Bucket=bucket, Key="gave-up", Body=b"")
`;

/** Busy for as long as it takes that others come meanwhile. */
const WORKER = `
import os, time
def handler(event, context):
    time.sleep(0.5)
    print(f"worked in {os.getpid()}")
    return None if "Records" in event else os.getpid()
`;

/** Its worker answers until a file is gone; while that is there, no second worker comes up. */
const FICKLE = `
const { existsSync, writeFileSync } = require('node:fs');
const { ANSWERING } = process.env;
if (existsSync(ANSWERING)) process.exit(1);
exports.handler = async () => {
  writeFileSync(ANSWERING, '');
  while (existsSync(ANSWERING)) await new Promise((resolve) => setTimeout(resolve, 20));
  return 'answered';
};
`;

const ECHO = `
import json
def handler(event, context):
    told = {"path": event["path"], "caller": event["requestContext"]["identity"].get("apiKeyId")}
    return {"statusCode": 200, "body": json.dumps(told)}
`;

const echo = withRole(PYTHON, ECHO, {}, []);

/** A REST API with a key, whose function tells the path and the key that it was asked with. */
const restApi = {
  EchoRole: echo.role,
  EchoFunction: echo.function('EchoRole'),
  EchoPermission: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { Ref: 'EchoFunction' },
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
    },
  },
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'probe' } },
  Thing: {
    Type: 'AWS::ApiGateway::Resource',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      PathPart: '{thing}',
    },
  },
  GetThing: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { Ref: 'Thing' },
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
      ApiKeyRequired: true,
      Integration: {
        Type: 'AWS_PROXY',
        IntegrationHttpMethod: 'POST',
        Uri: {
          'Fn::Join': [
            '',
            [
              'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/',
              arn('EchoFunction'),
              '/invocations',
            ],
          ],
        },
      },
    },
  },
  OptionsOfThing: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { Ref: 'Thing' },
      HttpMethod: 'OPTIONS',
      AuthorizationType: 'NONE',
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
        IntegrationResponses: [
          {
            StatusCode: '204',
            ResponseParameters: {
              'method.response.header.Access-Control-Allow-Origin': "'https://one.example'",
            },
            // As CDK writes it.
            ResponseTemplates: {
              'application/json':
                '#if($origin == "https://two.example")\n  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n#end',
            },
          },
        ],
      },
    },
  },
  ApiDeployment: {
    Type: 'AWS::ApiGateway::Deployment',
    Properties: { RestApiId: { Ref: 'Api' }, StageName: 'v1' },
    DependsOn: ['GetThing', 'OptionsOfThing'],
  },
  Plan: {
    Type: 'AWS::ApiGateway::UsagePlan',
    Properties: { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: 'v1' }] },
    DependsOn: 'ApiDeployment',
  },
};

function fickle(answering: string) {
  const made = withRole(NODE, FICKLE, { ANSWERING: answering }, []);
  return { FickleRole: made.role, FickleFunction: made.function('FickleRole') };
}

const follower = withRole(PYTHON, FOLLOWER, { BUCKET: { Ref: 'Bucket' } }, [inBucket]);

/**
 * @param python interpreter that one of the functions names as its own.
 * @param answering file that tells the workers of another one of each other.
 */
export const probeTemplate = (python: string, answering: string) => ({
  Resources: {
    ...fickle(answering),
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { VersioningConfiguration: { Status: 'Enabled' } },
    },
    ...fedByQueue('Garbage', GARBAGE, {}, []),
    ...fedByQueue('Sender', SENDER, { OUT: { Ref: 'TlsOnlyQueue' } }, [
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn('TlsOnlyQueue') },
    ]),
    ...fedByQueue('Releaser', RELEASER, { BUCKET: { Ref: 'Bucket' } }, [inBucket]),
    ...fedByQueue('PythonTalker', PYTHON_TALKER, {}, []),
    ...fedByQueue('NodeTalker', NODE_TALKER, {}, [], NODE),
    ...fedByQueue('Interpreted', INTERPRETED, { DROPSCORE_PYTHON: python }, []),
    TlsOnlyQueue: { Type: 'AWS::SQS::Queue' },
    ScheduledQueue: { Type: 'AWS::SQS::Queue' },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'at(2020-01-01T00:00:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: {
          Arn: arn('ScheduledQueue'),
          RoleArn: arn('WorkerRole'),
          Input: '{"at":"<aws.scheduler.scheduled-time>"}',
        },
      },
    },
    TlsOnlyPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'TlsOnlyQueue' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: 'sqs:*',
              Resource: arn('TlsOnlyQueue'),
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    },
    ...restApi,
    ...fedByQueue('Worker', WORKER, {}, []),
    FollowerRole: follower.role,
    FollowerFunction: follower.function('FollowerRole'),
    FollowerMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'FollowerFunction' },
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 1,
      },
    },
  },
  Outputs: Object.fromEntries(
    [
      'Bucket',
      'Table',
      'TlsOnlyQueue',
      'ScheduledQueue',
      'GarbageQueue',
      'GarbageDeadLetters',
      'SenderQueue',
      'SenderDeadLetters',
      'ReleaserQueue',
      'PythonTalkerQueue',
      'PythonTalkerDeadLetters',
      'NodeTalkerQueue',
      'NodeTalkerDeadLetters',
      'InterpretedQueue',
      'InterpretedDeadLetters',
      'Api',
      'Plan',
      'WorkerFunction',
      'WorkerQueue',
      'FickleFunction',
    ].map((id) => [id, { Value: { Ref: id } }]),
  ),
});

"""The real store of ML Metadata, in memory, behind gRPC-web, as Envoy shows it to browsers.

Holds three runs as Kubeflow Pipelines 2.17 lays them out: `week`, a loop over seven days, one of them cached, the last
ones first; `part`, of which two days are missing; and `other`. Prints its port.
"""
import struct
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from ml_metadata.metadata_store import metadata_store
from ml_metadata.metadata_store.pywrap.metadata_store_extension import metadata_store as calls
from ml_metadata.proto import metadata_store_pb2 as pb

config = pb.ConnectionConfig()
config.sqlite.SetInParent()
store = metadata_store.MetadataStore(config)
run_type = store.put_context_type(pb.ContextType(name='system.PipelineRun'))
container = store.put_execution_type(pb.ExecutionType(name='system.ContainerExecution'))
metrics_type = store.put_artifact_type(pb.ArtifactType(name='system.Metrics'))
dag = store.put_execution_type(pb.ExecutionType(name='system.DAGExecution'))


def add_run(name, executions):
    [run] = store.put_contexts([pb.Context(type_id=run_type, name=name)])
    context = pb.Context(id=run, type_id=run_type, name=name)

    def add(type_id, task, state, inputs, outputs=None, parent=None, iteration=None, metrics=None):
        execution = pb.Execution(type_id=type_id, last_known_state=state)
        properties = execution.custom_properties
        properties['task_name'].string_value = task
        properties['display_name'].string_value = task
        properties['inputs'].struct_value.update(inputs)
        if outputs is not None:
            properties['outputs'].struct_value.update(outputs)
        if parent is not None:
            properties['parent_dag_id'].int_value = parent
        if iteration is not None:
            properties['iteration_index'].int_value = iteration
        written = []
        if metrics is not None:
            artifact = pb.Artifact(type_id=metrics_type, uri=f's3://bucket/{name}/{task}', state=pb.Artifact.LIVE)
            artifact.custom_properties['display_name'].string_value = 'metrics'
            for key, value in metrics.items():
                artifact.custom_properties[key].double_value = value
            event = pb.Event(type=pb.Event.OUTPUT)
            event.path.steps.add().key = 'metrics'
            written.append((artifact, event))
        return store.put_execution(execution, written, [context])[0]

    executions(add)


def loop(days, states, add):
    root = add(dag, name_of_root, pb.Execution.RUNNING, {'days': days})
    each = add(dag, 'for-loop-1', pb.Execution.RUNNING, {'days': days}, None, root)
    for index, (day, state) in reversed(list(enumerate(zip(days, states)))):
        item = add(dag, 'for-loop-1', pb.Execution.RUNNING, {'pipelinechannel--days-loop-item': day}, None, each, index)
        made = {'profit': 100.25 + index} if state in (pb.Execution.COMPLETE, pb.Execution.CACHED) else None
        add(container, 'simulate-day', state, {'day': day, 'params': {'nested': [1, None]}}, made, item)
    add(container, 'collect', pb.Execution.COMPLETE, {'profits': []}, {'profit': 1.0}, root, metrics={'total': 721.75})


name_of_root = ''
DAYS = [f'd{index}' for index in range(7)]
DONE, CACHED = pb.Execution.COMPLETE, pb.Execution.CACHED
add_run('week', lambda add: loop(DAYS, [DONE, DONE, CACHED, DONE, DONE, DONE, DONE], add))
add_run('part', lambda add: loop(DAYS, [DONE, pb.Execution.FAILED, DONE, DONE, DONE, DONE, pb.Execution.RUNNING], add))
# More than one page, of another run.
add_run('other', lambda add: loop([f'd{index % 7}' for index in range(120)], [DONE] * 120, add))


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.read_body()
        request = body[5 : 5 + struct.unpack('>I', body[1:5])[0]]
        answer, message, code = getattr(calls, self.path.rsplit('/', 1)[1])(store._metadata_store, request)
        trailers = f'grpc-status: {code}\r\ngrpc-message: {message.decode()}\r\n'.encode()
        frames = b'\0' + struct.pack('>I', len(answer)) + answer + b'\x80' + struct.pack('>I', len(trailers)) + trailers
        self.send_response(200)
        self.send_header('content-type', 'application/grpc-web+proto')
        self.send_header('content-length', str(len(frames)))
        self.end_headers()
        self.wfile.write(frames)

    def read_body(self):
        if 'content-length' in self.headers:
            return self.rfile.read(int(self.headers['content-length']))
        body = b''
        while True:
            size = int(self.rfile.readline(), 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return body


server = HTTPServer(('127.0.0.1', 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()

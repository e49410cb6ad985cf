"""PyTorch's side of the step-time bench: the same BERT, forward + backward + AdamW.

Arguments: layers hidden heads batch length vocabulary threads. Reads a number of steps per line from stdin and
answers with a JSON array of milliseconds, one per step.
"""

import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

layers, hidden, heads, batch, length, vocabulary, threads = map(int, sys.argv[1:8])
torch.set_num_threads(threads)
torch.manual_seed(0)
tokens = batch * length
predicted = batch * round(length * 0.15)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.first_norm = nn.LayerNorm(hidden)
        self.up = nn.Linear(hidden, 4 * hidden)
        self.down = nn.Linear(4 * hidden, hidden)
        self.second_norm = nn.LayerNorm(hidden)

    def forward(self, x):
        q, k, v = self.qkv(x).view(batch, length, 3, heads, hidden // heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, length, hidden)
        x = self.first_norm(x + self.out(mixed))
        return self.second_norm(x + self.down(F.gelu(self.up(x))))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.word = nn.Embedding(vocabulary, hidden)
        self.position = nn.Parameter(torch.randn(length, hidden) * 0.02)
        self.token_type = nn.Parameter(torch.zeros(hidden))
        self.norm = nn.LayerNorm(hidden)
        self.layers = nn.ModuleList(Layer() for _ in range(layers))
        self.transform = nn.Linear(hidden, hidden)
        self.transform_norm = nn.LayerNorm(hidden)
        self.decoder_bias = nn.Parameter(torch.zeros(vocabulary))
        nn.init.normal_(self.word.weight, 0, 0.02)

    def forward(self, ids, rows, labels):
        x = self.norm(self.word(ids) + self.position + self.token_type)
        for layer in self.layers:
            x = layer(x)
        x = x.view(-1, hidden)[rows]
        x = self.transform_norm(F.gelu(self.transform(x)))
        return F.cross_entropy(F.linear(x, self.word.weight, self.decoder_bias), labels)


model = Bert()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.01)


def step():
    ids = torch.randint(0, vocabulary, (batch, length))
    rows = torch.randperm(tokens)[:predicted].sort()[0]
    labels = ids.view(-1)[rows]
    start = time.perf_counter()
    loss = model(ids, rows, labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    loss.item()
    return (time.perf_counter() - start) * 1e3


print(json.dumps(torch.__version__), flush=True)
for line in sys.stdin:
    print(json.dumps([step() for _ in range(int(line))]), flush=True)

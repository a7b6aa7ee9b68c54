#!/usr/bin/python3
"""pyg_edge_index.py CORPUS: the graphs of a corpus as PyTorch Geometric takes them.

Nodes are customers, numbered from 0. Two directed graphs: the links of fraud rings
(/ring_links, ground truth) and all approved transfers between customers, as a bank sees
them. `edge_index` has shape [2, edges], `edge_attr` shape [edges, 2]: time in days since
the first edge, and log of the amount in rupees. NumPy is enough; with PyTorch and PyTorch
Geometric the transfers become a torch_geometric.data.Data.
"""
import sys

import h5py
import numpy


def edges(source, target, timestamp, amount):
    """edge_index and edge_attr of edges between 1-based customers."""
    edge_index = numpy.stack([source, target]).astype(numpy.int64) - 1
    days = (timestamp - timestamp.min()) / 86400 if len(timestamp) else timestamp
    edge_attr = numpy.stack([days, numpy.log1p(amount)], axis=1).astype(numpy.float32)
    return edge_index, edge_attr


def ring_graph(corpus):
    """Links with an end outside the corpus, customer 0, are left out."""
    links = {name: column[:] for name, column in corpus["ring_links"].items()}
    inside = (links["source_customer_id"] > 0) & (links["target_customer_id"] > 0)
    return edges(*(links[name][inside] for name in (
        "source_customer_id", "target_customer_id", "timestamp", "amount")))


def transfer_graph(corpus):
    """Debits carry the direction; the credit of the other side is the same payment."""
    transactions = corpus["transactions"]

    def is_member(column, member):
        return transactions[column][:] == h5py.check_enum_dtype(transactions[column].dtype)[member]

    rows = (is_member("transaction_type", "transfer") & is_member("direction", "debit")
            & is_member("status", "approved") & (transactions["counterparty_id"][:] > 0))
    return edges(transactions["customer_id"][:][rows], transactions["counterparty_id"][:][rows],
                 transactions["timestamp"][:][rows], transactions["amount"][:][rows])


def node_data(corpus):
    """Inputs and labels of the customers: 1 for members of a ring."""
    customers = corpus["customers"]
    x = numpy.stack([customers["age"][:], numpy.log1p(customers["monthly_income"][:]),
                     customers["fraud_vulnerability"][:]], axis=1).astype(numpy.float32)
    y = numpy.zeros(len(x), numpy.int64)
    y[corpus["ring_members/customer_id"][:].astype(numpy.int64) - 1] = 1
    return x, y


def main(path):
    with h5py.File(path, "r") as corpus:
        x, y = node_data(corpus)
        for name, graph in (("rings", ring_graph), ("transfers", transfer_graph)):
            edge_index, edge_attr = graph(corpus)
            degree = numpy.bincount(edge_index[1], minlength=len(x))
            print(f"{name}: edge_index {edge_index.shape}, edge_attr {edge_attr.shape}, "
                  f"largest in-degree {degree.max()}")
    print(f"nodes: {len(x)}, {y.sum()} of them in rings")
    try:
        import torch
        from torch_geometric.data import Data
    except ImportError:
        return
    data = Data(x=torch.from_numpy(x), y=torch.from_numpy(y),
                edge_index=torch.from_numpy(edge_index), edge_attr=torch.from_numpy(edge_attr))
    data.validate(raise_on_error=True)
    print(data)


if __name__ == "__main__":
    main(sys.argv[1])

#!/usr/bin/env python3
"""Writes what networkx answers about random graphs, as JSON, for tests/networkx.rs.

    pip install networkx==3.6.1 scipy numpy
    python make_reference.py > graphs.json                            # the file in the repository
    python make_reference.py --graphs 3000 --seed 7 > /tmp/more.json  # many more, for a thorough run:
    GRAPH_REFERENCE=/tmp/more.json cargo test -p trueno-graph --test networkx

Parallel edges stay parallel where networkx takes them; where it does not they are merged and their weights added.
"""

import argparse
import json
import random
import sys

import networkx as nx

KINDS = ["sparse", "dense", "dag", "dangling", "disconnected", "loops", "parallel", "weighted", "communities"]


def random_edges(kind, nodes, rng):
    def weight():
        return round(rng.uniform(0.1, 9), 2) if kind in ("weighted", "parallel", "loops") else 1.0

    def ends():
        a, b = rng.randrange(nodes), rng.randrange(nodes)
        if kind == "dag":
            return (min(a, b), max(a, b)) if a != b else None
        if kind == "dangling" and a % 3 == 0:
            return None
        if kind == "disconnected" and a * 3 // nodes != b * 3 // nodes:
            return None
        if kind == "communities" and a * 4 // nodes != b * 4 // nodes and rng.random() < 0.9:
            return None
        if kind == "loops" and rng.random() < 0.2:
            return (a, a)
        if kind in ("dense", "weighted") and a == b:
            return None
        return (a, b)

    wanted = {"sparse": 1.3, "dense": 5, "communities": 8}.get(kind, 2.5)
    edges = [pair + (weight(),) for pair in (ends() for _ in range(int(nodes * wanted))) if pair]
    if kind == "parallel":
        edges += [(a, b, weight()) for a, b, _ in edges[::3]]
    return edges


def named_graphs():
    for name, graph in [
        ("karate club", nx.karate_club_graph()),
        ("path", nx.path_graph(12)),
        ("ring", nx.cycle_graph(9, create_using=nx.DiGraph)),
        ("star", nx.star_graph(7)),
        ("complete", nx.complete_graph(6, create_using=nx.DiGraph)),
        ("grid", nx.convert_node_labels_to_integers(nx.grid_2d_graph(4, 5))),
        ("binary tree", nx.balanced_tree(2, 3, create_using=nx.DiGraph)),
        ("windmill", nx.windmill_graph(4, 4)),
        ("no edges", nx.empty_graph(3)),
        ("one node", nx.empty_graph(1)),
    ]:
        edges = [(a, b, float(w)) for a, b, w in graph.edges(data="weight", default=1)]
        yield name, graph.number_of_nodes(), edges


def merged(create_using, nodes, edges):
    graph = nx.empty_graph(nodes, create_using=create_using)
    for a, b, weight in edges:
        if graph.has_edge(a, b):
            graph[a][b]["weight"] += weight
        else:
            graph.add_edge(a, b, weight=weight)
    return graph


def short(value):
    return float(f"{value:.13g}")


def column(figures, nodes):
    return [short(figures[node]) for node in range(nodes)]


def groups_of(labels):
    return [{node for node, label in enumerate(labels) if label == group} for group in sorted(set(labels))]


def labels_of(groups, nodes):
    label = {node: min(group) for group in groups for node in group}
    return [label[node] for node in range(nodes)]


def shortest_cycle(graph, members):
    """Edges of a shortest cycle in a component, tried from every node."""
    inside = graph.subgraph(members)
    return min(
        1 + nx.shortest_path_length(inside, b, a) for a, b in inside.edges if a != b
    )


def case(name, nodes, edges, rng):
    directed, undirected = merged(nx.DiGraph, nodes, edges), merged(nx.Graph, nodes, edges)
    multi = nx.empty_graph(nodes, create_using=nx.MultiDiGraph)
    multi.add_weighted_edges_from(edges)
    jumps = [round(rng.random(), 2) if rng.random() < 0.4 else 0.0 for _ in range(nodes)]
    jumps[0] = 0.5
    jump = dict(enumerate(jumps))
    damping = rng.choice([0.5, 0.85, 0.95])
    labels = [rng.randrange(3) for _ in range(nodes)]
    pivots = sorted(rng.sample(range(nodes), min(nodes, 4)))
    plain = nx.Graph(undirected)
    plain.remove_edges_from(nx.selfloop_edges(undirected))
    has_weight = bool(edges)
    far = nx.single_source_shortest_path_length(directed, 0)
    cost = nx.single_source_dijkstra_path_length(directed, 0)
    strong = [component for component in nx.strongly_connected_components(directed)]
    without_loops = nx.DiGraph(directed)
    without_loops.remove_edges_from(nx.selfloop_edges(directed))
    exact = dict(tol=1e-14, max_iter=20000)
    best = (
        max(
            nx.community.modularity(undirected, nx.community.louvain_communities(undirected, seed=seed))
            for seed in range(10)
        )
        if has_weight
        else None
    )
    return dict(
        name=name,
        nodes=nodes,
        edges=edges,
        damping=damping,
        jumps=jumps,
        pagerank=column(nx.pagerank(multi, **exact), nodes),
        personalised=column(
            nx.pagerank(multi, alpha=damping, personalization=jump, dangling=jump, **exact), nodes
        ),
        early=column(nx.pagerank(multi), nodes),
        strong=labels_of(strong, nodes),
        cycles=sorted(shortest_cycle(directed, members) for members in strong if len(members) > 1),
        weak=labels_of(nx.weakly_connected_components(directed), nodes),
        topological=(
            list(nx.lexicographical_topological_sort(directed))
            if nx.is_directed_acyclic_graph(directed)
            else None
        ),
        betweenness=column(nx.betweenness_centrality(directed), nodes),
        undirected_betweenness=column(nx.betweenness_centrality(undirected), nodes),
        pivots=pivots,
        pivot_betweenness=column(
            nx.betweenness_centrality_subset(directed, pivots, list(range(nodes))), nodes
        ),
        degree=column(nx.degree_centrality(directed), nodes),
        closeness=column(nx.closeness_centrality(directed), nodes),
        harmonic=column(nx.harmonic_centrality(directed), nodes),
        distances=[far.get(node) for node in range(nodes)],
        weighted_distances=[short(cost[node]) if node in cost else None for node in range(nodes)],
        core_numbers=[nx.core_number(plain)[node] for node in range(nodes)],
        labels=labels,
        modularity=short(nx.community.modularity(undirected, groups_of(labels))) if has_weight else None,
        modularity_at_half=(
            short(nx.community.modularity(undirected, groups_of(labels), resolution=0.5))
            if has_weight
            else None
        ),
        directed_modularity=short(nx.community.modularity(multi, groups_of(labels))) if has_weight else None,
        best_louvain=None if best is None else short(best),
    )


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--graphs", type=int, default=27, help="number of random graphs")
    arguments.add_argument("--nodes", type=int, default=24, help="most nodes of a random graph")
    arguments.add_argument("--seed", type=int, default=1959)
    options = arguments.parse_args()
    rng = random.Random(options.seed)
    cases = [case(name, nodes, edges, rng) for name, nodes, edges in named_graphs()]
    for number in range(options.graphs):
        kind = KINDS[number % len(KINDS)]
        nodes = rng.randint(2, options.nodes)
        cases.append(case(f"{kind} {number}", nodes, random_edges(kind, nodes, rng), rng))
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    sys.stdout.write(f'{{"networkx":"{nx.__version__}","cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
